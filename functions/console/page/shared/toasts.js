/** Toasts: short messages at the window's edge, on every view. */

import { strings } from "../strings.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "./html.js";

const SHOWN_MS = 12_000;
const SHOWN_AFTER_HOLD_MS = 2000;

/**
 * A message. Messages with the same `merged` function are shown as one message, with the text that `merged` returns for
 * the number of messages.
 * @typedef {object} Message
 * @property {string} text
 * @property {"good" | "bad"} [kind]
 * @property {{text: string, run: () => void}} [action]
 * @property {(count: number) => string} [merged]
 */

/** @typedef {Message & {id: string, count: number, until: number}} ShownToast */

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
    id: crypto.randomUUID(), // so that it is shown for as long as a new message
    count,
    until: Date.now() + SHOWN_MS,
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
  useLayoutEffect(() => {
    redrawToasts = () => redraw((count) => count + 1);
  }, []);
  // Reserve as much space at the end of the page as the toasts cover, so that every control can be scrolled into view.
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
  const wasHeld = useRef(false);
  const pointer = useRef(""); // its position over the message
  const close = () => {
    toasts = toasts.filter(({ id }) => id !== toast.id);
    redrawToasts();
  };
  useEffect(() => {
    if (isHeld || toast.kind === "bad") return; // errors stay until they are dismissed
    const left = toast.until - Date.now();
    const timer = setTimeout(close, wasHeld.current ? Math.max(left, SHOWN_AFTER_HOLD_MS) : left);
    return () => clearTimeout(timer);
  }, [isHeld]);
  const set = (/** @type {boolean} */ held) => {
    wasHeld.current ||= held;
    setHeld(held);
  };
  // A message stays while a pointer moves over it or while it contains the keyboard focus. A pointer that rests where
  // the message appears, or a click on a button in it, doesn't hold it: it would cover other controls until the next
  // move.
  const hold = {
    onPointerMove: (/** @type {PointerEvent} */ { pointerType, clientX, clientY }) => {
      const place = `${clientX} ${clientY}`;
      if (pointerType === "mouse" && pointer.current && pointer.current !== place) set(true);
      pointer.current = place;
    },
    onPointerLeave: () => {
      pointer.current = "";
      set(false);
    },
    onFocusIn: (/** @type {{target: Element}} */ { target }) => set(target.matches(":focus-visible")),
    onFocusOut: () => set(false),
  };
  return html`<div class="toast ${toast.kind}" ...${hold}>
    <p>${toast.text}</p>
    ${toast.action && html`<button type="button" class="link" onClick=${toast.action.run}>${toast.action.text}</button>`}
    <button type="button" class="close" aria-label=${strings.dismiss} onClick=${close}>×</button>
  </div>`;
}
