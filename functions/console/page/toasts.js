/** Short messages that come up at the window's edge, wherever the reader is on the page. */

import { html, useEffect, useState } from "./html.js";
import { strings } from "./strings.js";

const SHOWN_MS = 12_000;

/**
 * @typedef {{text: string, kind?: "good" | "bad", action?: {text: string, run: () => void}}} Message
 * @typedef {Message & {id: string}} ShownToast
 */

/** @type {ShownToast[]} */
let toasts = [];
let tell = () => {};

/** @param {Message} message */
export function showToast(message) {
  /** @type {ShownToast} */
  const toast = { kind: "good", id: crypto.randomUUID(), ...message };
  toasts = [...toasts, toast].slice(-4);
  tell();
}

export function Toasts() {
  const [, redraw] = useState(() => {
    toasts = []; // those that are left were for whoever was signed in before
    return 0;
  });
  useEffect(() => {
    tell = () => redraw((count) => count + 1);
  }, []);
  return html`<div class="toasts" role="status" aria-live="polite">
    ${toasts.map((toast) => html`<${Toast} key=${toast.id} toast=${toast} />`)}
  </div>`;
}

/** @param {{toast: ShownToast}} props */
function Toast({ toast }) {
  const [isHeld, setHeld] = useState(false);
  const close = () => {
    toasts = toasts.filter(({ id }) => id !== toast.id);
    tell();
  };
  useEffect(() => {
    if (isHeld || toast.kind === "bad") return; // what went wrong stays until it was read
    const timer = setTimeout(close, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isHeld]);
  const hold = {
    onMouseEnter: () => setHeld(true),
    onMouseLeave: () => setHeld(false),
    onFocusIn: () => setHeld(true),
    onFocusOut: () => setHeld(false),
  };
  return html`<div class="toast ${toast.kind}" ...${hold}>
    <p>${toast.text}</p>
    ${toast.action && html`<button type="button" class="link" onClick=${toast.action.run}>${toast.action.text}</button>`}
    <button type="button" class="close" aria-label=${strings.dismiss} onClick=${close}>×</button>
  </div>`;
}
