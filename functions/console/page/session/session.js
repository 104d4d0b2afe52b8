/** The session: the tokens of the person who signed in, their refresh, and the end of the session in all tabs. */

/** @import { Tokens } from "./user-pool.js" */

import { PAGE_URL } from "../configuration.js";
import { hasManagedLogin, signOutOfManagedLogin } from "./managed-login.js";
import { listenToOtherTabs, requestSession, tellOtherTabs } from "./other-tabs.js";
import { isSessionOver, refreshTokens, revokeToken } from "./user-pool.js";

// sessionStorage belongs to this tab: it survives a reload, and is deleted with the tab.
const STORAGE_KEY = "badge-data-session";
const REFRESH_AHEAD_MS = 60_000;

/** The error for callers that need a token after the person has signed out. */
class SignedOutError extends Error {}

/**
 * A session. Its `number` is the same in all tabs, and changes with the next sign-in.
 * @typedef {{number: string, idToken: string, refreshToken?: string, expiresAt: number}} Session
 */

/** @type {Session | null} */
let session = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "null");
/** @type {Promise<void> | null} */
let refreshing = null;
/** @type {{promise: Promise<void>, resolve: () => void, reject: (error: Error) => void} | null} */
let waitingForSignIn = null;
/** @type {string | undefined} */
let endedNumber;
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

/** The email address of the person who is signed in, from the ID token. */
export function signedInEmail() {
  return session ? claimsOf(session.idToken).email : "";
}

/**
 * Call `listener` whenever the state changes. Return the function that stops these calls.
 *
 * @param {() => void} listener
 */
export function onSessionChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the person has signed out since the page was opened. */
export const hasSignedOut = () => session === null && endedNumber !== undefined;

/** Continue the session of another tab, if there is one. */
export async function joinOtherTabs() {
  if (!session) await requestSession();
}

/**
 * Begin a session in all tabs, or continue the one that ended.
 *
 * @param {Tokens} tokens
 */
export function beginSession({ idToken, refreshToken, lifetimeSeconds }) {
  const began = {
    number: crypto.randomUUID(),
    idToken,
    refreshToken: refreshToken ?? session?.refreshToken,
    expiresAt: Date.now() + lifetimeSeconds * 1000,
  };
  tellOtherTabs({ type: "session", session: began });
  take(began);
}

/**
 * Take over a session. If it is another person's, reload the page.
 *
 * @param {Session} taken
 */
function take(taken) {
  if (session && !isOfSamePerson(taken.idToken)) {
    // Pending requests belong to the previous person. They end with the page, like everything that it stored.
    sessionStorage.clear();
    store(taken);
    return location.reload();
  }
  store(taken);
  waitingForSignIn?.resolve();
  waitingForSignIn = null;
  notifyListeners();
}

/** End the session in all tabs and at the user pool. */
export async function signOut() {
  const { refreshToken, number } = session ?? {};
  if (number) tellOtherTabs({ type: "end", number });
  end();
  if (refreshToken) await revokeToken(refreshToken).catch(() => {}); // offline, it expires later
  if (hasManagedLogin()) signOutOfManagedLogin();
  notifyListeners();
}

/** End the session in this tab. The next person begins at the page's first view. */
function end() {
  endedNumber = session?.number;
  store(null);
  sessionStorage.clear();
  history.replaceState(null, "", PAGE_URL);
  waitingForSignIn?.reject(new SignedOutError());
  waitingForSignIn = null;
  refreshing = null; // the next session refreshes its own tokens
}

listenToOtherTabs({
  onRequest: () => {
    if (session && !waitingForSignIn) tellOtherTabs({ type: "session", session });
  },
  onSession: (theirs) => {
    const isNew = theirs.number !== endedNumber && (!session || theirs.expiresAt > session.expiresAt);
    if (isNew || (waitingForSignIn && theirs.number !== session?.number)) take(theirs);
  },
  onEnd: (number) => {
    if (session?.number !== number) return;
    end();
    notifyListeners();
  },
});

/**
 * Return a valid ID token. If the session has ended, the promise resolves when the person signs in again, and rejects
 * if the person signs out.
 */
export async function idToken() {
  if (waitingForSignIn) await waitingForSignIn.promise;
  if (!session) throw new SignedOutError();
  if (Date.now() > session.expiresAt - REFRESH_AHEAD_MS) await refresh(session);
  return session.idToken;
}

/**
 * Get a new token, or a new sign-in, after the API rejects a token. Rejects if the token's user has signed out.
 *
 * @param {string} rejected
 */
export async function tokenWasRejected(rejected) {
  if (!session || !isOfSamePerson(rejected)) throw new SignedOutError();
  if (session.idToken === rejected) await refresh(session);
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
    if (wasReplaced(renewed)) return;
    const changed = { ...renewed, idToken: tokens.idToken, expiresAt: Date.now() + tokens.lifetimeSeconds * 1000 };
    store(changed);
    tellOtherTabs({ type: "session", session: changed });
  } catch (error) {
    if (!isSessionOver(error)) throw error;
    if (wasReplaced(renewed)) return;
    waitingForSignIn ??= promiseWithResolvers();
    notifyListeners();
    await waitingForSignIn.promise;
  }
}

/**
 * Return whether another tab has renewed a session in the meantime. Throws an error if the session's user has signed
 * out.
 *
 * @param {Session} renewed
 */
function wasReplaced(renewed) {
  if (session === renewed) return false;
  if (session && isOfSamePerson(renewed.idToken)) return true;
  throw new SignedOutError();
}

/** Return a promise and the functions that settle it, because browsers before 2024 lack `Promise.withResolvers`. */
function promiseWithResolvers() {
  let [resolve, reject] = [() => {}, (/** @type {Error} */ _error) => {}];
  /** @type {Promise<void>} */
  const promise = new Promise((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  return { promise, resolve, reject };
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
