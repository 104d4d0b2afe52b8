/**
 * One sign-in for all tabs in a browser. Tabs pass the session to each other, so the session is never stored longer
 * than a tab is open. Only pages with the same origin can listen, and pages of other deployments use another channel.
 */

/** @import { Session } from "./session.js" */

import { configuration } from "../configuration.js";

const PATIENCE_MS = 150; // another tab responds within milliseconds; a late response still signs in

/**
 * The messages between tabs. A message that a session has ended contains the session's number, because another tab may
 * renew the session at the same time.
 * @typedef {{type: "request"} | {type: "session", session: Session} | {type: "end", number: string}} Message
 */

const channel = new BroadcastChannel(`badge-data-session ${configuration.clientId}`);
let answered = () => {};

/** @type {(message: Message) => void} */
export const tellOtherTabs = (message) => channel.postMessage(message);

/**
 * @param {object} tasks
 * @param {() => void} tasks.onRequest
 * @param {(session: Session) => void} tasks.onSession
 * @param {(number: string) => void} tasks.onEnd
 */
export function listenToOtherTabs({ onRequest, onSession, onEnd }) {
  channel.onmessage = ({ data }) => {
    /** @type {Message} */
    const message = data;
    if (message.type === "request") onRequest();
    if (message.type === "end") onEnd(message.number);
    if (message.type === "session") {
      onSession(message.session);
      answered();
    }
  };
}

/** Request another tab's session, and wait only briefly, because there may be no other tab. */
export async function requestSession() {
  await new Promise((resolve) => {
    answered = () => resolve(undefined);
    setTimeout(answered, PATIENCE_MS);
    tellOtherTabs({ type: "request" });
  });
}
