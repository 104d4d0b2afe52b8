/** Sign-in at the user pool's managed login: OAuth 2.0 authorization code with PKCE (RFC 7636). */

/** @import { Tokens } from "./user-pool.js" */

import { configuration, PAGE_URL } from "../configuration.js";
import { strings } from "../strings.js";

const PENDING = "badge-data-pending-sign-in";
const POPUP = "badge-data-sign-in";
// After a visit to the sign-in page, a window may have lost its name and opener, so the state parameter marks a popup.
const FOR_ANOTHER_WINDOW = "again.";

/**
 * A sign-in in progress. `place` is the route to return to.
 * @typedef {{state: string, verifier: string, place?: string}} Pending
 */

export function hasManagedLogin() {
  return configuration.managedLoginUrl !== "";
}

/** Navigate to the managed login, which redirects back to this page with a code. */
export async function goToManagedLogin() {
  const pending = { state: randomText(), verifier: randomText(), place: location.hash };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  location.assign(await authorizeUrl(pending));
}

/** If `signInInPopup` opened this window, pass the result to the opener and close. Return whether it did. */
export function passResultToOpener() {
  if (!new URLSearchParams(location.search).get("state")?.startsWith(FOR_ANOTHER_WINDOW)) return false;
  new BroadcastChannel(POPUP).postMessage(location.search);
  window.close();
  return true;
}

/**
 * Finish the sign-in that the page navigated to, if any. Return tokens, or null.
 *
 * @returns {Promise<Tokens | null>}
 */
export async function finishManagedLogin() {
  const result = new URLSearchParams(location.search);
  if (!result.has("state")) return null;
  /** @type {Pending | null} */
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "null");
  sessionStorage.removeItem(PENDING);
  history.replaceState(null, "", `${PAGE_URL}${pending?.place ?? ""}`);
  return pending ? tokensFor(result, pending) : null;
}

/**
 * Sign in again in a new window, so that nothing on this page is lost. The promise resolves with tokens. It stays
 * pending while the window is open and after it is closed, because the window can be opened again.
 *
 * @returns {Promise<Tokens>}
 */
export async function signInInPopup() {
  const pending = { state: FOR_ANOTHER_WINDOW + randomText(), verifier: randomText() };
  const channel = new BroadcastChannel(POPUP);
  /** @type {Promise<URLSearchParams>} */
  const redirected = new Promise((resolve) => {
    channel.onmessage = ({ data }) => {
      const result = new URLSearchParams(data);
      if (result.get("state") === pending.state) resolve(result);
    };
  });
  try {
    if (!window.open(await authorizeUrl(pending), POPUP, "popup,width=520,height=720"))
      throw new Error(strings.signIn.popupBlocked);
    return await tokensFor(await redirected, pending);
  } finally {
    channel.close();
  }
}

/** Navigate to the managed login's sign-out, which also deletes its cookie. */
export function signOutOfManagedLogin() {
  const query = new URLSearchParams({ client_id: configuration.clientId, logout_uri: PAGE_URL });
  location.assign(`${configuration.managedLoginUrl}/logout?${query}`);
}

/** @param {Pending} pending */
async function authorizeUrl({ state, verifier }) {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: configuration.clientId,
    redirect_uri: PAGE_URL,
    scope: "openid email",
    state,
    code_challenge: base64Url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))),
    code_challenge_method: "S256",
  });
  return `${configuration.managedLoginUrl}/oauth2/authorize?${query}`;
}

/**
 * @param {URLSearchParams} result
 * @param {Pending} pending
 * @returns {Promise<Tokens>}
 */
async function tokensFor(result, { state, verifier }) {
  const code = result.get("code");
  if (result.get("state") !== state || code === null) {
    throw new Error(result.get("error_description") ?? strings.signIn.notFinished);
  }
  const response = await fetch(`${configuration.managedLoginUrl}/oauth2/token`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: configuration.clientId,
      redirect_uri: PAGE_URL,
      code,
      code_verifier: verifier,
    }),
  });
  if (!response.ok) throw new Error(strings.signIn.notFinished);
  /** @type {{id_token: string, refresh_token?: string, expires_in: number}} */
  const tokens = await response.json();
  return { idToken: tokens.id_token, refreshToken: tokens.refresh_token, lifetimeSeconds: tokens.expires_in };
}

function randomText() {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

/** @param {ArrayBuffer | Uint8Array} bytes */
function base64Url(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}
