/** The frame around all views: sign-in, the bar at the top, and the current view below it. */

import icon from "../icon.svg";
import { onSessionChange, sessionState, signedInEmail, signOut } from "../session/session.js";
import { forgetEntries } from "../shared/history-entries.js";
import { html, useEffect, useLayoutEffect, useState } from "../shared/html.js";
import { SignInAgainDialog, SignInPage } from "../sign-in/sign-in.js";
import { strings } from "../strings.js";
import { Views } from "./views.js";

export function App() {
  const [state, setState] = useState(sessionState);
  useLayoutEffect(() => onSessionChange(() => setState(sessionState())), []);
  useEffect(() => {
    if (state === "signed-out") forgetEntries();
  }, [state]);
  if (state === "signed-out") return html`<${SignInPage} />`;
  return html`<${SignedIn} />${state === "ended" && html`<${SignInAgainDialog} />`}`;
}

function SignedIn() {
  return html`<a class="skip" href="#content" onClick=${skipToContent}>${strings.skip}</a>
    <header class="bar">
      <a class="brand" href="#/"><img src=${icon} alt="" width="26" height="26" /><span>${strings.product}</span></a>
      <div class="person"><bdi class="email">${signedInEmail()}</bdi>
        <button type="button" class="button quiet" onClick=${signOut}>${strings.signOut}</button></div>
    </header>
    <main id="content" tabindex="-1"><${Views} /></main>`;
}

/**
 * Move the focus to the content. A plain link can't do this, because the part after # is the page's route.
 *
 * @param {Event} event
 */
function skipToContent(event) {
  event.preventDefault();
  document.getElementById("content")?.focus();
}
