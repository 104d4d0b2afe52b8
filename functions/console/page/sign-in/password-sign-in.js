/** Sign-in with email, password, and further challenges of the user pool. */

/**
 * @import { Challenge, Step } from "../session/user-pool.js"
 * @import { ComponentChildren, TargetedEvent } from "preact"
 */

import { beginSession } from "../session/session.js";
import {
  beginAuthenticatorSetup,
  checkAuthenticatorSetup,
  requestPasswordReset,
  resetPassword,
  respondToChallenge,
  signInWithPassword,
} from "../session/user-pool.js";
import { useAttempt } from "../shared/attempts.js";
import { Button } from "../shared/button.js";
import { TextField } from "../shared/fields.js";
import { html, useEffect, useRef, useState } from "../shared/html.js";
import { ProblemNotice } from "../shared/problem-notices.js";
import { strings } from "../strings.js";
import { Code, NewPassword, Secret, WayOfCode } from "./challenge-fields.js";

const words = strings.signIn;

const CODES = {
  SOFTWARE_TOKEN_MFA: "SOFTWARE_TOKEN_MFA_CODE",
  SMS_MFA: "SMS_MFA_CODE",
  EMAIL_OTP: "EMAIL_OTP_CODE",
};

/**
 * The steps that aren't user pool challenges.
 * @typedef {"password" | "reset" | "reset-code"} OwnStep
 */

/**
 * The current step of the form. `secret` is the key for a new authenticator app.
 * @typedef {{name: OwnStep} | {name: string, asked: Challenge, secret?: string}} FormStep
 */

/**
 * Return the value of a field.
 * @typedef {(name: string) => string} FieldValue
 */

/**
 * The sign-in form, one step at a time.
 *
 * @param {{knownEmail?: string}} props
 */
export function PasswordSignIn({ knownEmail }) {
  const [email, setEmail] = useState(knownEmail ?? "");
  const [step, setStep] = useState(/** @type {FormStep} */ ({ name: "password" }));
  const { busy, problem, run, forget } = useAttempt();
  const [wasSentAgain, setSentAgain] = useState(false);
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  /** @param {OwnStep} name */
  const goTo = (name) => () => {
    forget();
    setSentAgain(false);
    setStep({ name });
  };

  useEffect(() => {
    /** @type {Iterable<HTMLInputElement>} */
    const inputs = form.current?.querySelectorAll("input:not([readonly])") ?? [];
    const first = [...inputs].find((input) => !input.value);
    first?.focus();
  }, [step.name]);

  // The secret most likely caused the problem.
  useEffect(() => {
    if (!problem) return;
    /** @type {HTMLInputElement | null | undefined} */
    const secret = form.current?.querySelector("[name=password], [name=code], [name=newPassword]");
    secret?.focus();
    secret?.select();
  }, [problem]);

  const sendAgain = () =>
    run(
      "send-again",
      () => requestPasswordReset(email),
      () => setSentAgain(true),
    );

  /**
   * Handle the user pool's response: sign in, or show the next challenge.
   *
   * @param {Step} next
   */
  async function handleStep(next) {
    if ("tokens" in next) return beginSession(next.tokens);
    if (next.challenge === "MFA_SETUP") {
      const { secret, session } = await beginAuthenticatorSetup(next.session);
      return setStep({ name: "MFA_SETUP", asked: { ...next, session }, secret });
    }
    return setStep({ name: next.challenge, asked: next });
  }

  /**
   * Send the values of a step that isn't a user pool challenge.
   *
   * @param {OwnStep} name
   * @param {FieldValue} fieldValue
   */
  async function submitForm(name, fieldValue) {
    switch (name) {
      case "password":
        return handleStep(await signInWithPassword(email, fieldValue("password")));
      case "reset":
        await requestPasswordReset(email);
        return setStep({ name: "reset-code" });
      case "reset-code":
        await resetPassword(email, fieldValue("code"), fieldValue("newPassword"));
        return handleStep(await signInWithPassword(email, fieldValue("newPassword")));
    }
  }

  /**
   * Respond to the user pool's challenge.
   *
   * @param {Challenge} asked
   * @param {FieldValue} fieldValue
   */
  async function respond(asked, fieldValue) {
    switch (asked.challenge) {
      case "NEW_PASSWORD_REQUIRED":
        return handleStep(await respondToChallenge(asked, { NEW_PASSWORD: fieldValue("newPassword") }));
      case "SELECT_MFA_TYPE":
        return handleStep(await respondToChallenge(asked, { ANSWER: fieldValue("way") }));
      case "MFA_SETUP": {
        const session = await checkAuthenticatorSetup(asked.session, fieldValue("code"));
        return handleStep(await respondToChallenge({ ...asked, session }, {}));
      }
      case "SOFTWARE_TOKEN_MFA":
      case "SMS_MFA":
      case "EMAIL_OTP":
        return handleStep(await respondToChallenge(asked, { [CODES[asked.challenge]]: fieldValue("code") }));
    }
  }

  /** @param {TargetedEvent<HTMLFormElement>} event */
  const submit = (event) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    /** @type {FieldValue} */
    const fieldValue = (name) => String(fields.get(name) ?? "");
    run("sign-in", () => ("asked" in step ? respond(step.asked, fieldValue) : submitForm(step.name, fieldValue)));
  };

  /** @type {Challenge["parameters"]} */
  const parameters = "asked" in step ? step.asked.parameters : {};
  /** @type {Record<string, ComponentChildren>} */
  const parts = {
    password: html`
      <${TextField} label=${words.email} name="email" type="email" autocomplete="username" required readonly=${Boolean(knownEmail)} value=${email} onInput=${setEmail} />
      <${Secret} label=${words.password} name="password" autocomplete="current-password" />`,
    NEW_PASSWORD_REQUIRED: html`<p>${words.newPasswordText}</p><${NewPassword} />`,
    SOFTWARE_TOKEN_MFA: html`<${Code} text=${words.authenticatorCode} />`,
    SMS_MFA: html`<${Code} text=${words.smsCode(parameters.CODE_DELIVERY_DESTINATION)} />`,
    EMAIL_OTP: html`<${Code} text=${words.emailCode(parameters.CODE_DELIVERY_DESTINATION)} />`,
    SELECT_MFA_TYPE: html`<${WayOfCode} offered=${parameters.MFAS_CAN_CHOOSE} />`,
    MFA_SETUP: html`<p>${words.setup}</p><p><code class="secret">${"asked" in step && step.secret}</code></p><${Code} text=${words.setupCode} />`,
    reset: html`<p>${words.resetText}</p><${TextField} label=${words.email} name="email" type="email" autocomplete="username" required readonly=${Boolean(knownEmail)} value=${email} onInput=${setEmail} />`,
    "reset-code": html`<${Code} text=${words.resetCode(email)} /><${NewPassword} />`,
  };

  /** @type {Record<string, string>} */
  const actions = words.actions;
  return html`<form ref=${form} onSubmit=${submit}>
    ${parts[step.name] ?? html`<p class="notice bad">${words.unknownChallenge(step.name)}</p>`}
    <${ProblemNotice} problem=${problem} />
    <p role="status" class="sent-again">${wasSentAgain && !problem && step.name === "reset-code" && words.sentAgain}</p>
    ${parts[step.name] && html`<${Button} type="submit" look="primary wide" busy=${busy}>${actions[step.name] ?? words.continue}<//>`}
    <p class="other-ways">
      ${
        step.name === "password"
          ? html`<button type="button" class="link" onClick=${goTo("reset")}>${words.forgot}</button>`
          : html`${step.name === "reset-code" && html`<button type="button" class="link" onClick=${sendAgain}>${words.sendAgain}</button> · `}
              <button type="button" class="link" onClick=${goTo("password")}>${words.back}</button>`
      }
    </p>
  </form>`;
}
