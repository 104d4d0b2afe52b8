/** The session: tokens of the person who signed in, kept fresh, and what happens when they can't be any more. */

/** @import { Tokens } from "./user-pool.js" */

import { hasManagedLogin, signOutOfManagedLogin } from "./managed-login.js";
import { isSessionOver, refreshTokens, revokeToken } from "./user-pool.js";

// Of this tab only, and gone with it: sessionStorage outlives a reload and nothing else.
const KEPT = "badge-data-session";
const REFRESH_AHEAD_MS = 60_000;

/** Whoever asked for a token has signed out since. */
class SignedOutError extends Error {}

/** @typedef {{idToken: string, refreshToken?: string, expiresAt: number}} Session */

/** @type {Session | null} */
let session = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
/** @type {Promise<void> | null} */
let refreshing = null;
/** @type {PromiseWithResolvers<void> | null} */
let waitingForSignIn = null;
/** @type {Set<() => void>} */
const listeners = new Set();

/**
 * "signed-out", "signed-in", or "ended": it was there, and someone has to sign in again to go on.
 *
 * @returns {"signed-out" | "signed-in" | "ended"}
 */
export function sessionState() {
  if (waitingForSignIn) return "ended";
  return session ? "signed-in" : "signed-out";
}

/** Who is signed in, as the ID token says. */
export function signedInEmail() {
  return session ? claimsOf(session.idToken).email : "";
}

/**
 * Call `listener` whenever the state changes. Gives a function that ends this.
 *
 * @param {() => void} listener
 */
export function onSessionChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Begin a session, or go on with the one that ended; with somebody else's tokens, the page starts anew.
 *
 * @param {Tokens} tokens
 */
export function beginSession({ idToken, refreshToken, lifetimeSeconds }) {
  const expiresAt = Date.now() + lifetimeSeconds * 1000;
  if (session && !isOfSamePerson(idToken)) {
    // What waits was asked for by the one before: it goes with the page, and so does all that the page kept.
    sessionStorage.clear();
    keep({ idToken, refreshToken, expiresAt });
    return location.reload();
  }
  keep({ idToken, refreshToken: refreshToken ?? session?.refreshToken, expiresAt });
  waitingForSignIn?.resolve();
  waitingForSignIn = null;
  tell();
}

/** End the session here and at the user pool. */
export async function signOut() {
  const { refreshToken } = session ?? {};
  keep(null);
  sessionStorage.clear();
  waitingForSignIn?.reject(new SignedOutError());
  waitingForSignIn = null;
  refreshing = null; // the next session has tokens of its own to refresh
  if (refreshToken) await revokeToken(refreshToken).catch(() => {}); // offline, it ends when its time is over
  if (hasManagedLogin()) signOutOfManagedLogin();
  tell();
}

/**
 * Give an ID token that holds. When the session is over, this waits until the person has signed in again, so that
 * what asked for the token goes on where it was. Rejects when the person signs out instead.
 */
export async function idToken() {
  if (waitingForSignIn) await waitingForSignIn.promise;
  if (!session) throw new SignedOutError();
  if (Date.now() > session.expiresAt - REFRESH_AHEAD_MS) await refresh(session);
  return session.idToken;
}

/**
 * The API refused a token: it is worth a fresh one, and then a sign-in. Rejects when its person is here no more.
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
    const begun = renew(current).finally(() => {
      if (refreshing === begun) refreshing = null;
    });
    refreshing = begun;
  }
  await refreshing;
}

/** @param {Session} renewed */
async function renew(renewed) {
  try {
    const tokens = await refreshTokens(renewed.refreshToken);
    if (session !== renewed) throw new SignedOutError();
    keep({ ...renewed, idToken: tokens.idToken, expiresAt: Date.now() + tokens.lifetimeSeconds * 1000 });
  } catch (error) {
    if (!isSessionOver(error)) throw error;
    if (session !== renewed) throw new SignedOutError();
    waitingForSignIn ??= Promise.withResolvers();
    tell();
    await waitingForSignIn.promise;
  }
}

/** @param {Session | null} changed */
function keep(changed) {
  session = changed;
  if (changed) sessionStorage.setItem(KEPT, JSON.stringify(changed));
  else sessionStorage.removeItem(KEPT);
}

function tell() {
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
