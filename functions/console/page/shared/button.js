/** Buttons, which can be busy. */

/**
 * @import { Attributes } from "./fields.js"
 * @import { ComponentChildren } from "preact"
 */

import { keepFocusNear } from "./focus.js";
import { html, useEffect, useRef } from "./html.js";

/**
 * A button. `look` is plain, primary, danger, or quiet. A busy button shows a spinner. Further properties are
 * attributes of the element.
 *
 * @param {{
 *   look?: string, busy?: boolean, type?: "button" | "submit", onClick?: () => void, children: ComponentChildren,
 * } & Attributes} props
 */
export function Button({ look = "plain", busy = false, type = "button", onClick, children, ...rest }) {
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useEffect(() => keepFocusNear(button.current), []);
  // A busy button stays focusable and does nothing. Its spinner covers the text, so that it keeps its size.
  return html`<button ref=${button} type=${type} class="button ${look}" aria-busy=${busy ? "true" : undefined}
    aria-disabled=${busy ? "true" : undefined} onClick=${busy ? (/** @type {Event} */ event) => event.preventDefault() : onClick} ...${rest}>
    ${busy && html`<span class="spinner" aria-hidden="true"></span>`}<span class="button-text">${children}</span>
  </button>`;
}
