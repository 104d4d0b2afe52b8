/** A part of a form that is initially collapsed. */

/** @import { ComponentChildren, TargetedEvent } from "preact" */

import { html, useEffect, useRef, useState } from "./html.js";

/**
 * Fields that most people don't need. They are collapsed until a person expands them or one of them is invalid.
 *
 * @param {object} props
 * @param {string} props.title
 * @param {ComponentChildren} [props.note] a short summary of what is chosen in it
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
