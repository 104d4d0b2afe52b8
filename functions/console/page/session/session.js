/** The session: the tokens of the person who signed in, their refresh, and the end of the session. */

/** @import { Tokens } from "./user-pool.js" */

import { hasManagedLogin, signOutOfManagedLogin } from "./managed-login.js";
import { isSessionOver, refreshTokens, revokeToken } from "./user-pool.js";

// sessionStorage belongs to this tab: it survives a reload, and is deleted with the tab.
const STORAGE_KEY = "badge-data-session";
const REFRESH_AHEAD_MS = 60_000;

/** The person who needed a token has signed out. */
class SignedOutError extends Error {}

/** @typedef {{idToken: string, refreshToken?: string, expiresAt: number}} Session */

/** @type {Session | null} */
let session = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "null");
/** @type {Promise<void> | null} */
let refreshing = null;
/** @type {PromiseWithResolvers<void> | null} */
let waitingForSignIn = null;
/** @type {Set<() => void>} */
const listeners = new Set();

/**
 * "signed-out", "signed-in", or "ended": the session has expired, and continues after the next sign-in.
 *
 * @returns {"signed-out" | "signed-in" | "ended"}
 */
export function sessionState() {
  if (waitingForSignIn) return "ended";
  return session ? "signed-in" : "signed-out";
}

/** The e-mail address of the person who is signed in, from the ID token. */
export function signedInEmail() {
  return session ? claimsOf(session.idToken).email : "";
}

/**
 * Call `listener` whenever the state changes. Return a function that stops this.
 *
 * @param {() => void} listener
 */
export function onSessionChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Begin a session, or continue the one that ended. With another person's tokens, reload the page.
 *
 * @param {Tokens} tokens
 */
export function beginSession({ idToken, refreshToken, lifetimeSeconds }) {
  const expiresAt = Date.now() + lifetimeSeconds * 1000;
  if (session && !isOfSamePerson(idToken)) {
    // Pending requests belong to the previous person. They end with the page, like everything that it stored.
    sessionStorage.clear();
    store({ idToken, refreshToken, expiresAt });
    return location.reload();
  }
  store({ idToken, refreshToken: refreshToken ?? session?.refreshToken, expiresAt });
  waitingForSignIn?.resolve();
  waitingForSignIn = null;
  notifyListeners();
}

/** End the session in this tab and at the user pool. */
export async function signOut() {
  const { refreshToken } = session ?? {};
  store(null);
  sessionStorage.clear();
  waitingForSignIn?.reject(new SignedOutError());
  waitingForSignIn = null;
  refreshing = null; // the next session refreshes its own tokens
  if (refreshToken) await revokeToken(refreshToken).catch(() => {}); // offline, it expires later
  if (hasManagedLogin()) signOutOfManagedLogin();
  notifyListeners();
}

/**
 * Return a valid ID token. If the session has ended, wait until the person signs in again, so that the caller can
 * continue. Rejects if the person signs out instead.
 */
export async function idToken() {
  if (waitingForSignIn) await waitingForSignIn.promise;
  if (!session) throw new SignedOutError();
  if (Date.now() > session.expiresAt - REFRESH_AHEAD_MS) await refresh(session);
  return session.idToken;
}

/**
 * Get a new token, or a new sign-in, after the API rejects a token. Rejects if its person has signed out.
 *
 * @param {string} refused
 */
export async function tokenWasRefused(refused) {
  if (!session || !isOfSamePerson(refused)) throw new SignedOutError();
  if (session.idToken === refused) await refresh(session);
}

/** @param {Session} current */
async function refresh(current) {
  if (!refreshing) {
    const started = renew(current).finally(() => {
      if (refreshing === started) refreshing = null;
    });
    refreshing = started;
  }
  await refreshing;
}

/** @param {Session} renewed */
async function renew(renewed) {
  try {
    const tokens = await refreshTokens(renewed.refreshToken);
    if (session !== renewed) throw new SignedOutError();
    store({ ...renewed, idToken: tokens.idToken, expiresAt: Date.now() + tokens.lifetimeSeconds * 1000 });
  } catch (error) {
    if (!isSessionOver(error)) throw error;
    if (session !== renewed) throw new SignedOutError();
    waitingForSignIn ??= Promise.withResolvers();
    notifyListeners();
    await waitingForSignIn.promise;
  }
}

/** @param {Session | null} changed */
function store(changed) {
  session = changed;
  if (changed) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(changed));
  else sessionStorage.removeItem(STORAGE_KEY);
}

function notifyListeners() {
  for (const listener of listeners) listener();
}

/** @param {string} idToken */
function isOfSamePerson(idToken) {
  return claimsOf(idToken).email === signedInEmail();
}

/**
 * @param {string} token a JSON Web Token (RFC 7519)
 * @returns {{email: string}}
 */
function claimsOf(token) {
  const [, payload = ""] = token.replace(/-/g, "+").replace(/_/g, "/").split(".");
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0))));
}
