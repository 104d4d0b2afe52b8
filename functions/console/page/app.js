/** The frame around every view: sign-in, the bar at the top, and what the reader sees below it. */

import { html, useEffect, useState } from "./html.js";
import { onSessionChange, sessionState, signedInEmail, signOut } from "./session.js";
import { SignInAgainDialog, SignInPage } from "./sign-in.js";
import { strings } from "./strings.js";

export function App() {
  const [state, setState] = useState(sessionState);
  useEffect(() => onSessionChange(() => setState(sessionState())), []);
  if (state === "signed-out") return html`<${SignInPage} />`;
  return html`<${SignedIn} />${state === "ended" && html`<${SignInAgainDialog} />`}`;
}

/** The views come with the first sign-in, so that the form is there at once. */
function SignedIn() {
  const [views, setViews] = useState(null);
  const [problem, setProblem] = useState(null);
  useEffect(() => {
    import("./views.js").then((module) => setViews(() => module.Views), setProblem);
  }, []);
  return html`<a class="skip" href="#content" onClick=${skipToContent}>${strings.skip}</a>
    <header class="bar">
      <a class="brand" href="#/"><img src=${new URL("icon.svg", import.meta.url).href} alt="" width="26" height="26" /><span>${strings.product}</span></a>
      <div class="person"><span class="email">${signedInEmail()}</span>
        <button type="button" class="button quiet" onClick=${signOut}>${strings.signOut}</button></div>
    </header>
    <main id="content" tabindex="-1">
      ${problem && html`<p class="notice bad" role="alert">${strings.newVersion}</p>`}
      ${views && html`<${views} />`}
    </main>`;
}

/** The part behind # is the place in the page, so the link moves the focus by itself. */
function skipToContent(event) {
  event.preventDefault();
  document.getElementById("content").focus();
}
