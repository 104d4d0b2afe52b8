/** Labeled fields of forms, with their hints and errors. */

/** @import { ComponentChildren, RefObject, TargetedEvent } from "preact" */

import { html, useId } from "./html.js";

/**
 * The properties of all fields. Additional properties become attributes of the element.
 * @typedef {object} Field
 * @property {string} label
 * @property {string} [hint]
 * @property {string} [error]
 * @property {string} value
 * @property {(value: string) => void} onInput
 */

/** @typedef {Record<string, unknown>} Attributes */

/**
 * A labeled input. `error` is shown next to it, and screen readers read them together.
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
 * A select list. `options` are pairs of value and text.
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
 * @param {string} [props.wrongBy] the ID of an error that is shown elsewhere, for several boxes
 * @param {(checked: boolean) => void} props.onChange
 */
export function CheckBox({ label, hint, error, checked, disabled, nested, wrongBy, onChange }) {
  const id = useId();
  return html`<div class=${nested ? "check nested" : "check"}>
    <input type="checkbox" id=${id} checked=${checked} disabled=${disabled}
      onChange=${(/** @type {TargetedEvent<HTMLInputElement>} */ event) => onChange(event.currentTarget.checked)}
      ...${wrongBy ? { "aria-describedby": wrongBy, "aria-invalid": "true" } : described(id, hint, error)} />
    <label for=${id}>${label}</label>
    <${Notes} id=${id} hint=${hint} error=${error} />
  </div>`;
}

/**
 * A group of radio buttons. `choices` are pairs of value and text.
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
