/** Signing in: with e-mail and password and whatever the user pool asks next, or at its managed login. */

import { Dialog } from "./dialogs.js";
import { Button, TextField } from "./fields.js";
import { html, useEffect, useRef, useState } from "./html.js";
import icon from "./icon.svg";
import { goToManagedLogin, hasManagedLogin, signInInPopup } from "./managed-login.js";
import { beginSession, signedInEmail, signOut } from "./session.js";
import { strings } from "./strings.js";
import {
  answerChallenge,
  beginAuthenticatorSetup,
  checkAuthenticatorSetup,
  requestPasswordReset,
  resetPassword,
  signInWithPassword,
} from "./user-pool.js";

const words = strings.signIn;
// What the user pool asks of a password; it refuses others too, but only once they are sent.
const GOOD_PASSWORD = "(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{12,}";
const CODES = {
  SOFTWARE_TOKEN_MFA: "SOFTWARE_TOKEN_MFA_CODE",
  SMS_MFA: "SMS_MFA_CODE",
  EMAIL_OTP: "EMAIL_OTP_CODE",
};

export function SignInPage() {
  return html`<main class="sign-in" id="content">
    <div class="card">
      <img src=${icon} alt="" width="44" height="44" />
      <h1>${strings.product}</h1>
      <p class="lead">${words.lead}</p>
      <${SignIn} />
    </div>
  </main>`;
}

/** Over the page of a session that ended: all that was typed there stays. */
export function SignInAgainDialog() {
  return html`<${Dialog} title=${words.ended}>
    <p>${words.endedText}</p>
    <${SignIn} email=${signedInEmail()} isPopup />
    <p class="sign-out-instead"><button type="button" class="link" onClick=${signOut}>${words.someoneElse}</button></p>
  <//>`;
}

function SignIn({ email, isPopup }) {
  return hasManagedLogin()
    ? html`<${ManagedSignIn} isPopup=${isPopup} />`
    : html`<${PasswordSignIn} knownEmail=${email} />`;
}

function ManagedSignIn({ isPopup }) {
  const { busy, problem, run } = useAttempt();
  const go = () => run(async () => (isPopup ? beginSession(await signInInPopup()) : goToManagedLogin()));
  // Nobody tells this page that the window was closed, so its button stays a button.
  return html`<div>
    <${Failure} problem=${problem} />
    <${Button} look="primary wide" busy=${busy && !isPopup} onClick=${go}>${words.action}<//>
  </div>`;
}

/** The form with one step at a time; each asks for what the one before led to. */
function PasswordSignIn({ knownEmail }) {
  const [email, setEmail] = useState(knownEmail ?? "");
  const [step, setStep] = useState({ name: "password" });
  const { busy, problem, run, forget } = useAttempt();
  const form = useRef(null);
  const goTo = (name) => () => (forget(), setStep({ name }));

  useEffect(() => {
    const first = [...form.current.querySelectorAll("input:not([readonly])")].find((input) => !input.value);
    first?.focus();
  }, [step.name]);

  /** Go where the user pool leads: in, or to its next question. */
  async function follow(next) {
    if (next.tokens) return beginSession(next.tokens);
    if (next.challenge === "MFA_SETUP") {
      const { secret, session } = await beginAuthenticatorSetup(next.session);
      return setStep({ name: "MFA_SETUP", ...next, session, secret });
    }
    return setStep({ name: next.challenge, ...next });
  }

  const submit = (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    run(async () => {
      switch (step.name) {
        case "password":
          return follow(await signInWithPassword(email, given.password));
        case "NEW_PASSWORD_REQUIRED":
          return follow(await answerChallenge(step, { NEW_PASSWORD: given.newPassword }));
        case "SELECT_MFA_TYPE":
          return follow(await answerChallenge(step, { ANSWER: given.way }));
        case "MFA_SETUP": {
          const session = await checkAuthenticatorSetup(step.session, given.code);
          return follow(await answerChallenge({ ...step, session }, {}));
        }
        case "reset":
          await requestPasswordReset(email);
          return setStep({ name: "reset-code" });
        case "reset-code":
          await resetPassword(email, given.code, given.newPassword);
          return follow(await signInWithPassword(email, given.newPassword));
        default:
          return follow(await answerChallenge(step, { [CODES[step.name]]: given.code }));
      }
    });
  };

  const parts = {
    password: html`
      <${TextField} label=${words.email} name="email" type="email" autocomplete="username" required readonly=${Boolean(knownEmail)} value=${email} onInput=${setEmail} />
      <${Secret} label=${words.password} name="password" autocomplete="current-password" />`,
    NEW_PASSWORD_REQUIRED: html`<p>${words.newPasswordText}</p><${NewPassword} />`,
    SOFTWARE_TOKEN_MFA: html`<${Code} text=${words.authenticatorCode} />`,
    SMS_MFA: html`<${Code} text=${words.smsCode(step.parameters?.CODE_DELIVERY_DESTINATION)} />`,
    EMAIL_OTP: html`<${Code} text=${words.emailCode(step.parameters?.CODE_DELIVERY_DESTINATION)} />`,
    SELECT_MFA_TYPE: html`<${WayOfCode} offered=${step.parameters?.MFAS_CAN_CHOOSE} />`,
    MFA_SETUP: html`<p>${words.setup}</p><p><code class="secret">${step.secret}</code></p><${Code} text=${words.setupCode} />`,
    reset: html`<p>${words.resetText}</p><${TextField} label=${words.email} name="email" type="email" autocomplete="username" required readonly=${Boolean(knownEmail)} value=${email} onInput=${setEmail} />`,
    "reset-code": html`<${Code} text=${words.resetCode(email)} /><${NewPassword} />`,
  };

  return html`<form ref=${form} onSubmit=${submit}>
    ${parts[step.name] ?? html`<p class="notice bad">${words.unknownChallenge(step.name)}</p>`}
    <${Failure} problem=${problem} />
    ${parts[step.name] && html`<${Button} type="submit" look="primary wide" busy=${busy}>${words.actions[step.name] ?? words.continue}<//>`}
    <p class="other-ways">
      ${
        step.name === "password"
          ? html`<button type="button" class="link" onClick=${goTo("reset")}>${words.forgot}</button>`
          : html`<button type="button" class="link" onClick=${goTo("password")}>${words.back}</button>`
      }
    </p>
  </form>`;
}

function Secret(props) {
  const [value, setValue] = useState("");
  return html`<${TextField} type="password" required value=${value} onInput=${setValue} ...${props} />`;
}

function NewPassword() {
  return html`<${Secret} label=${words.newPassword} name="newPassword" autocomplete="new-password" hint=${words.passwordRules}
    pattern=${GOOD_PASSWORD} title=${words.passwordRules} />`;
}

function Code({ text }) {
  const [value, setValue] = useState("");
  return html`<p>${text}</p>
    <${TextField} label=${words.code} name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{4,10}" title=${words.codeRules}
      required value=${value} onInput=${setValue} />`;
}

function WayOfCode({ offered }) {
  return html`<fieldset class="plain"><legend>${words.wayOfCode}</legend>
    ${JSON.parse(offered ?? "[]").map(
      (way, n) => html`<label class="check" key=${way}>
        <input type="radio" name="way" value=${way} defaultChecked=${n === 0} /> <span>${words.ways[way] ?? way}</span></label>`,
    )}
  </fieldset>`;
}

function Failure({ problem }) {
  return html`<div role="alert">${problem && html`<p class="notice bad">${problem.message}</p>`}</div>`;
}

function useAttempt() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  async function run(attempt) {
    setBusy(true);
    setProblem(null);
    try {
      await attempt();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  }
  return { busy, problem, run, forget: () => setProblem(null) };
}
