/** The fields for the steps of a sign-in. */

import { TextField } from "../shared/fields.js";
import { html, useState } from "../shared/html.js";
import { strings } from "../strings.js";

const words = strings.signIn;

// The user pool's password policy, checked before a password is sent; the user pool checks it again.
const GOOD_PASSWORD = "(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{12,}";

/**
 * A password, which can be shown.
 *
 * @param {Record<string, unknown>} props properties of the field
 */
export function Secret(props) {
  const [value, setValue] = useState("");
  const [isShown, setShown] = useState(false);
  return html`<div class="secret-field">
    <${TextField} type=${isShown ? "text" : "password"} required value=${value} onInput=${setValue} spellcheck="false" autocapitalize="none" ...${props} />
    <button type="button" class="link" aria-pressed=${isShown ? "true" : "false"} onClick=${() => setShown(!isShown)}>${isShown ? words.hidePassword : words.showPassword}</button>
  </div>`;
}

export function NewPassword() {
  return html`<${Secret} label=${words.newPassword} name="newPassword" autocomplete="new-password" hint=${words.passwordRules}
    pattern=${GOOD_PASSWORD} title=${words.passwordRules} />`;
}

/** @param {{text: string}} props */
export function Code({ text }) {
  const [value, setValue] = useState("");
  return html`<p>${text}</p>
    <${TextField} label=${words.code} name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{4,10}" title=${words.codeRules}
      required value=${value} onInput=${setValue} />`;
}

/** @param {{offered: string | undefined}} props a JSON array of challenges */
export function WayOfCode({ offered }) {
  /** @type {string[]} */
  const challenges = JSON.parse(offered ?? "[]");
  /** @type {Record<string, string>} */
  const texts = words.ways;
  return html`<fieldset class="plain"><legend>${words.wayOfCode}</legend>
    ${challenges.map(
      (way, n) => html`<label class="check" key=${way}>
        <input type="radio" name="way" value=${way} defaultChecked=${n === 0} /> <span>${texts[way] ?? way}</span></label>`,
    )}
  </fieldset>`;
}
