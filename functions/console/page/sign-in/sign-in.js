/** Sign-in on the page or in a dialog, with a password or the user pool's managed login. */

import icon from "../icon.svg";
import { goToManagedLogin, hasManagedLogin, signInInPopup } from "../session/managed-login.js";
import { beginSession, hasSignedOut, signedInEmail, signOut } from "../session/session.js";
import { useAttempt } from "../shared/attempts.js";
import { Button } from "../shared/button.js";
import { Dialog } from "../shared/dialogs.js";
import { html, useEffect, useState } from "../shared/html.js";
import { ProblemNotice } from "../shared/problem-notices.js";
import { strings } from "../strings.js";
import { PasswordSignIn } from "./password-sign-in.js";

const words = strings.signIn;

export function SignInPage() {
  useEffect(() => {
    document.title = strings.product;
  }, []);
  return html`<main class="sign-in" id="content">
    <div class="card">
      <img src=${icon} alt="" width="44" height="44" />
      <h1>${strings.product}</h1>
      <p class="lead">${words.lead}</p>
      ${hasSignedOut() && html`<p class="signed-out" role="status">${words.signedOut}</p>`}
      <${SignIn} />
    </div>
  </main>`;
}

/** The dialog over the page after the session has ended. All input on the page is kept. */
export function SignInAgainDialog() {
  // A view that hasn't loaded has no input to lose.
  const [hasForm] = useState(() => document.querySelector("main form") !== null);
  return html`<${Dialog} title=${words.ended}>
    <p>${words.endedText} ${hasForm && words.changesKept}</p>
    <${SignIn} email=${signedInEmail()} isPopup />
    <p class="sign-out-instead"><button type="button" class="link" onClick=${signOut}>${words.someoneElse}</button></p>
  <//>`;
}

/** @param {{email?: string, isPopup?: boolean}} props */
function SignIn({ email, isPopup }) {
  return hasManagedLogin()
    ? html`<${ManagedSignIn} isPopup=${isPopup} />`
    : html`<${PasswordSignIn} knownEmail=${email} />`;
}

/** @param {{isPopup?: boolean}} props */
function ManagedSignIn({ isPopup }) {
  const { busy, problem, run } = useAttempt();
  const go = () => run("sign-in", async () => (isPopup ? beginSession(await signInInPopup()) : goToManagedLogin()));
  // The page isn't notified when the window is closed, so the button stays enabled.
  return html`<div>
    <${ProblemNotice} problem=${problem} />
    <${Button} look="primary wide" busy=${busy && !isPopup} onClick=${go}>${words.action}<//>
  </div>`;
}
