/** The parts of forms: labeled fields with their hints and errors, buttons, and the message of a refused form. */

/**
 * @import { ComponentChildren, RefObject, TargetedEvent } from "preact"
 */

import { keepFocusNear } from "./focus.js";
import { html, useEffect, useId, useRef, useState } from "./html.js";
import { Problem } from "./problems.js";
import { strings } from "./strings.js";

/**
 * The properties of all fields. Others become attributes of the element.
 * @typedef {object} Field
 * @property {string} label
 * @property {string} [hint]
 * @property {string} [error]
 * @property {string} value
 * @property {(value: string) => void} onInput
 */

/** @typedef {Record<string, unknown>} Attributes */

/**
 * A labeled input. `error` is shown next to it, and read with it by screen readers.
 *
 * @param {Field & Attributes & {inputRef?: RefObject<HTMLInputElement | null>}} props
 */
export function TextField({ label, hint, error, value, onInput, inputRef, ...rest }) {
  const id = useId();
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} ref=${inputRef} value=${value}
      onInput=${(/** @type {TargetedEvent<HTMLInputElement>} */ event) => onInput(event.currentTarget.value)}
      ...${described(id, hint, error)} ...${rest} />
    <${Notes} id=${id} hint=${hint} error=${error} />
  </div>`;
}

/** @param {Field & Attributes} props */
export function TextArea({ label, hint, error, value, onInput, ...rest }) {
  const id = useId();
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <textarea id=${id} value=${value}
      onInput=${(/** @type {TargetedEvent<HTMLTextAreaElement>} */ event) => onInput(event.currentTarget.value)}
      ...${described(id, hint, error)} ...${rest}></textarea>
    <${Notes} id=${id} hint=${hint} error=${error} />
  </div>`;
}

/**
 * A select list; `options` are pairs of value and text.
 *
 * @param {Field & Attributes & {options: [value: string, text: string][]}} props
 */
export function Select({ label, hint, error, value, options, onInput, ...rest }) {
  const id = useId();
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <select id=${id} value=${value}
      onChange=${(/** @type {TargetedEvent<HTMLSelectElement>} */ event) => onInput(event.currentTarget.value)}
      ...${described(id, hint, error)} ...${rest}>
      ${options.map(([key, text]) => html`<option key=${key} value=${key} selected=${key === value}>${text}</option>`)}
    </select>
    <${Notes} id=${id} hint=${hint} error=${error} />
  </div>`;
}

/**
 * @param {object} props
 * @param {ComponentChildren} props.label
 * @param {string} [props.hint]
 * @param {string} [props.error]
 * @param {boolean} props.checked
 * @param {boolean} [props.disabled]
 * @param {boolean} [props.nested] whether it belongs to the box above it
 * @param {(checked: boolean) => void} props.onChange
 */
export function CheckBox({ label, hint, error, checked, disabled, nested, onChange }) {
  const id = useId();
  return html`<div class=${nested ? "check nested" : "check"}>
    <input type="checkbox" id=${id} checked=${checked} disabled=${disabled}
      onChange=${(/** @type {TargetedEvent<HTMLInputElement>} */ event) => onChange(event.currentTarget.checked)}
      ...${described(id, hint, error)} />
    <label for=${id}>${label}</label>
    <${Notes} id=${id} hint=${hint} error=${error} />
  </div>`;
}

/**
 * A group of radio buttons; `choices` are pairs of value and text.
 *
 * @param {object} props
 * @param {string} props.label
 * @param {string} props.name
 * @param {string} props.value
 * @param {[value: string, text: string][]} props.choices
 * @param {(value: string) => void} props.onChange
 */
export function Choice({ label, name, value, choices, onChange }) {
  return html`<fieldset class="choice">
    <legend>${label}</legend>
    ${choices.map(
      ([key, text]) => html`<label key=${key}>
        <input type="radio" name=${name} value=${key} checked=${key === value} onChange=${() => onChange(key)} />
        <span>${text}</span>
      </label>`,
    )}
  </fieldset>`;
}

/**
 * Fields that most people don't need: closed until someone opens them, or one of them is wrong.
 *
 * @param {object} props
 * @param {string} props.title
 * @param {ComponentChildren} [props.note] what is chosen in it, in a few words
 * @param {boolean} [props.isWrong]
 * @param {ComponentChildren} props.children
 */
export function Disclosure({ title, note, isWrong = false, children }) {
  const [isOpen, setOpen] = useState(false);
  const wasOpened = useRef(false); // closed again, it keeps its fields and what is typed in them
  useEffect(() => {
    if (isWrong) setOpen(true);
  }, [isWrong]);
  const open = isOpen || isWrong;
  wasOpened.current ||= open;
  return html`<details class="disclosure" open=${open}
    onToggle=${(/** @type {TargetedEvent<HTMLDetailsElement>} */ event) => setOpen(event.currentTarget.open)}>
    <summary><strong>${title}</strong> <span class="note">${note}</span></summary>
    ${wasOpened.current && html`<div class="disclosed">${children}</div>`}
  </details>`;
}

/**
 * A button; `look` is plain, primary, danger or quiet. A busy button shows a spinner. Further properties are
 * attributes of the element.
 *
 * @param {{
 *   look?: string, busy?: boolean, type?: "button" | "submit", onClick?: () => void, children: ComponentChildren,
 * } & Attributes} props
 */
export function Button({ look = "plain", busy = false, type = "button", onClick, children, ...rest }) {
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useEffect(() => keepFocusNear(button.current), []);
  // A busy button stays focusable and keeps its size, but does nothing.
  return html`<button ref=${button} type=${type} class="button ${look}" aria-busy=${busy ? "true" : undefined}
    aria-disabled=${busy ? "true" : undefined} onClick=${busy ? (/** @type {Event} */ event) => event.preventDefault() : onClick} ...${rest}>
    ${busy && html`<span class="spinner" aria-hidden="true"></span>`}<span class="button-text">${children}</span>
  </button>`;
}

/**
 * The problem of a form as a whole. Messages of the fields in `shown`, and of their items, are shown at these fields, and
 * the first of them gets the focus. All other messages are shown here.
 *
 * @param {{problem: Error | null, shown?: string[]}} props
 */
export function FormProblem({ problem, shown = [] }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const elsewhere = problem instanceof Problem ? Object.keys(problem.fields) : [];
  const isHere =
    problem && !(elsewhere.length > 0 && elsewhere.every((field) => shown.includes(field.split(".")[0] ?? "")));
  useEffect(() => {
    if (!problem) return;
    const form = box.current?.closest("form, dialog, section");
    /** @type {HTMLElement | null | undefined} */
    const wrong = form?.querySelector("[aria-invalid=true]");
    (isHere ? box.current : wrong)?.focus();
  }, [problem]);
  return html`<div ref=${box} class="form-problem" role="alert" tabindex="-1">
    ${isHere && html`<p class="notice bad">${problem.message}</p>`}
  </div>`;
}

/**
 * A message that something could not be loaded, with a button to retry.
 *
 * @param {{problem: Error, onRetry?: () => void}} props
 */
export function LoadProblem({ problem, onRetry }) {
  return html`<div class="notice bad" role="alert">
    <p>${problem.message}</p>
    ${onRetry && html`<${Button} onClick=${onRetry}>${strings.tryAgain}<//>`}
  </div>`;
}

/**
 * @param {string} id
 * @param {string | undefined} hint
 * @param {string | undefined} error
 */
function described(id, hint, error) {
  return {
    "aria-describedby": [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined,
    "aria-invalid": error ? "true" : undefined,
  };
}

/** @param {{id: string, hint?: string, error?: string}} props */
function Notes({ id, hint, error }) {
  return html`${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
    ${error && html`<p class="error" id="${id}-error">${error}</p>`}`;
}
