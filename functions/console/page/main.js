/** The entry point: finish a sign-in that returns to the page, then render the views. */

/** @import { ComponentChildren } from "preact" */

import { asError } from "./api/problems.js";
import { App } from "./app/app.js";
import { finishManagedLogin, passResultToOpener } from "./session/managed-login.js";
import { beginSession, joinOtherTabs } from "./session/session.js";
import { followHistory } from "./shared/history-entries.js";
import { html, render } from "./shared/html.js";
import { strings } from "./strings.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app")); // in index.html

try {
  // The browser may not close the window. It then shows that it can be closed.
  if (passResultToOpener()) show(html`<p role="status">${strings.signIn.closeWindow}</p>`);
  else await start();
} catch (error) {
  show(html`<p class="notice bad" role="alert">${strings.notStarted(asError(error).message)}</p>`);
}

async function start() {
  const tokens = await finishManagedLogin();
  if (tokens) beginSession(tokens);
  else await joinOtherTabs();
  followHistory();
  draw(html`<${App} />`);
}

/** @param {ComponentChildren} message */
function show(message) {
  draw(html`<main class="sign-in"><div class="card">${message}</div></main>`);
}

/** @param {ComponentChildren} view instead of the skeleton in the HTML */
function draw(view) {
  root.replaceChildren();
  render(view, root);
}
