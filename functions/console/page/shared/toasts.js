/** Toasts: short messages at the window's edge, on every view. */

import { strings } from "../strings.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "./html.js";

const SHOWN_MS = 12_000;

/**
 * A message. Those with the same `merged` function are shown as one, with the text that it returns for their number.
 * @typedef {object} Message
 * @property {string} text
 * @property {"good" | "bad"} [kind]
 * @property {{text: string, run: () => void}} [action]
 * @property {(count: number) => string} [merged]
 */

/** @typedef {Message & {id: string, count: number}} ShownToast */

/** @type {ShownToast[]} */
let toasts = [];
let redrawToasts = () => {};

/** @param {Message} message */
export function showToast(message) {
  const equal = toasts.find(({ text, merged }) => (message.merged ? merged === message.merged : text === message.text));
  const others = toasts.filter((toast) => toast !== equal);
  const count = (equal?.count ?? 0) + 1;
  const isMerged = count > 1 && message.merged !== undefined;
  /** @type {ShownToast} */
  const toast = {
    kind: "good",
    ...message,
    ...(isMerged && { text: message.merged?.(count) ?? message.text, action: undefined }),
    id: crypto.randomUUID(), // so that it is shown for as long as a new one
    count,
  };
  toasts = [...others, toast].slice(-4);
  redrawToasts();
}

export function Toasts() {
  const [, redraw] = useState(() => {
    toasts = []; // the remaining ones were for the previous person
    return 0;
  });
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    redrawToasts = () => redraw((count) => count + 1);
  }, []);
  // The page gets as much room at its end as they cover, so that every control can be scrolled out from under them.
  useLayoutEffect(() => {
    const covered = toasts.length ? `${(list.current?.offsetHeight ?? 0) + 32}px` : "";
    document.documentElement.style.setProperty("--covered", covered);
  });
  return html`<div class="toasts" role="status" aria-live="polite" ref=${list}>
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
