/** Toasts: short messages at the window's edge, on every view. */

import { strings } from "../strings.js";
import { html, useEffect, useState } from "./html.js";

const SHOWN_MS = 12_000;

/**
 * @typedef {{text: string, kind?: "good" | "bad", action?: {text: string, run: () => void}}} Message
 * @typedef {Message & {id: string}} ShownToast
 */

/** @type {ShownToast[]} */
let toasts = [];
let redrawToasts = () => {};

/** @param {Message} message */
export function showToast(message) {
  /** @type {ShownToast} */
  const toast = { kind: "good", id: crypto.randomUUID(), ...message };
  toasts = [...toasts, toast].slice(-4);
  redrawToasts();
}

export function Toasts() {
  const [, redraw] = useState(() => {
    toasts = []; // the remaining ones were for the previous person
    return 0;
  });
  useEffect(() => {
    redrawToasts = () => redraw((count) => count + 1);
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
    redrawToasts();
  };
  useEffect(() => {
    if (isHeld || toast.kind === "bad") return; // errors stay until they are dismissed
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
