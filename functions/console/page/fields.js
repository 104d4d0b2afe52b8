/** The parts of forms: labelled fields with their hints and errors, buttons, and what a refused form says. */

import { keepFocusNear } from "./focus.js";
import { html, useEffect, useId, useRef } from "./html.js";
import { strings } from "./strings.js";

/** A labelled input; `error` is said next to it and read out with it. */
export function TextField({ label, hint, error, value, onInput, inputRef, ...rest }) {
  const id = useId();
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} ref=${inputRef} value=${value} onInput=${(event) => onInput(event.target.value)}
      ...${described(id, hint, error)} ...${rest} />
    <${Notes} id=${id} hint=${hint} error=${error} />
  </div>`;
}

export function TextArea({ label, hint, error, value, onInput, ...rest }) {
  const id = useId();
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <textarea id=${id} value=${value} onInput=${(event) => onInput(event.target.value)}
      ...${described(id, hint, error)} ...${rest}></textarea>
    <${Notes} id=${id} hint=${hint} error=${error} />
  </div>`;
}

/** A list to choose one from; `options` are pairs of value and text. */
export function Select({ label, hint, error, value, options, onInput, ...rest }) {
  const id = useId();
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <select id=${id} value=${value} onChange=${(event) => onInput(event.target.value)}
      ...${described(id, hint, error)} ...${rest}>
      ${options.map(([key, text]) => html`<option key=${key} value=${key} selected=${key === value}>${text}</option>`)}
    </select>
    <${Notes} id=${id} hint=${hint} error=${error} />
  </div>`;
}

export function CheckBox({ label, hint, error, checked, disabled, nested, onChange }) {
  const id = useId();
  return html`<div class=${nested ? "check nested" : "check"}>
    <input type="checkbox" id=${id} checked=${checked} disabled=${disabled}
      onChange=${(event) => onChange(event.target.checked)} ...${described(id, hint, error)} />
    <label for=${id}>${label}</label>
    <${Notes} id=${id} hint=${hint} error=${error} />
  </div>`;
}

/** One of a few choices, next to one another; `choices` are pairs of value and text. */
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

/** A button; `look` is plain, primary, danger or quiet. A busy one shows that it is at work. */
export function Button({ look = "plain", busy = false, type = "button", onClick, children, ...rest }) {
  const button = useRef(null);
  useEffect(() => keepFocusNear(button.current), []);
  // A busy button stays focusable and keeps its size; it only does nothing meanwhile.
  return html`<button ref=${button} type=${type} class="button ${look}" aria-busy=${busy ? "true" : undefined}
    aria-disabled=${busy ? "true" : undefined} onClick=${busy ? (event) => event.preventDefault() : onClick} ...${rest}>
    ${busy && html`<span class="spinner" aria-hidden="true"></span>`}<span class="button-text">${children}</span>
  </button>`;
}

/**
 * What the API said of a form as a whole. Messages of the fields in `shown` stand at those fields, and the first of
 * them gets the focus; all else is said here.
 */
export function FormProblem({ problem, shown = [] }) {
  const box = useRef(null);
  const elsewhere = problem && Object.keys(problem.fields ?? {});
  const isHere = problem && !(elsewhere.length > 0 && elsewhere.every((field) => shown.includes(field)));
  useEffect(() => {
    if (!problem) return;
    const form = box.current?.closest("form, dialog, section");
    (isHere ? box.current : form?.querySelector("[aria-invalid=true]"))?.focus();
  }, [problem]);
  return html`<div ref=${box} class="form-problem" role="alert" tabindex="-1">
    ${isHere && html`<p class="notice bad">${problem.message}</p>`}
  </div>`;
}

/** What could not be loaded, and a way to try again. */
export function LoadProblem({ problem, onRetry }) {
  return html`<div class="notice bad" role="alert">
    <p>${problem.message}</p>
    ${onRetry && html`<${Button} onClick=${onRetry}>${strings.tryAgain}<//>`}
  </div>`;
}

function described(id, hint, error) {
  return {
    "aria-describedby": [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined,
    "aria-invalid": error ? "true" : undefined,
  };
}

function Notes({ id, hint, error }) {
  return html`${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
    ${error && html`<p class="error" id="${id}-error">${error}</p>`}`;
}
