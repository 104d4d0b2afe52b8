/** Modal dialogs: the browser's own, so that focus stays inside, Escape closes them, and the page is inert. */

/** @import { ComponentChildren } from "preact" */

import { strings } from "../strings.js";
import { Button } from "./button.js";
import { rememberFocus } from "./focus.js";
import { html, useId, useLayoutEffect, useRef } from "./html.js";
import { ProblemNotice } from "./problem-notices.js";

/**
 * A dialog over the page. Without `onClose`, people can't dismiss it.
 *
 * @param {{title: string, onClose?: () => void, children: ComponentChildren}} props
 */
export function Dialog({ title, onClose, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  // Before an element of the dialog takes the focus.
  useLayoutEffect(() => {
    const shown = dialog.current;
    const backToWhereItWas = rememberFocus();
    shown?.showModal();
    return () => {
      shown?.close(); // while it is open, everything else is inert
      backToWhereItWas();
    };
  }, []);
  /** @param {Event} event */
  const canceled = (event) => {
    event.preventDefault();
    onClose?.();
  };
  return html`<dialog ref=${dialog} aria-labelledby=${id} onCancel=${canceled}>
    <h2 id=${id}>${title}</h2>
    ${children}
  </dialog>`;
}

/**
 * A confirmation dialog for an action that can't be undone.
 *
 * @param {object} props
 * @param {string} props.title
 * @param {string} props.text
 * @param {string} props.action label of the button
 * @param {boolean} props.busy
 * @param {Error | null} props.problem
 * @param {() => void} props.onConfirm
 * @param {() => void} props.onClose
 */
export function ConfirmDialog({ title, text, action, busy, problem, onConfirm, onClose }) {
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p>${text}</p>
    <${ProblemNotice} problem=${problem} />
    <div class="actions">
      <${Button} onClick=${onClose}>${strings.cancel}<//>
      <${Button} look="danger" busy=${busy} onClick=${onConfirm}>${action}<//>
    </div>
  <//>`;
}
