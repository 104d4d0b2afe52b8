/** Move the keyboard focus: to a field with an error, or nearby when the focused element disappears. */

let hasActed = false;
/** @type {EventTarget | null} */
let latest = null;
for (const happening of ["keydown", "pointerdown"]) {
  addEventListener(happening, () => (hasActed = true), { once: true, capture: true });
}
addEventListener("focusin", (event) => (latest = event.target));

/**
 * Return whether the focus was lost. When the page is opened or reloaded, the focus starts at the top, which doesn't
 * count as lost.
 */
export const isFocusLost = () => hasActed && document.activeElement === document.body;

/**
 * Return a function to call after `element` is removed: if it had the focus, its card gets it.
 *
 * @param {Element | null} element
 */
export function keepFocusNear(element) {
  const card = cardOf(element);
  return () => latest === element && giveFocusTo(card);
}

/**
 * Focus the first field with an error.
 *
 * @param {Element | null | undefined} form
 */
export function focusInvalidField(form) {
  /** @type {HTMLElement | null | undefined} */
  const field = form?.querySelector("[aria-invalid=true]");
  field?.focus();
}

/** Return a function that restores the current focus, or moves it nearby. */
export function rememberFocus() {
  const before = document.activeElement;
  const card = cardOf(before);
  return () => {
    if (before instanceof HTMLElement) before.focus();
    giveFocusTo(card);
  };
}

/**
 * @param {Element | null} element
 * @returns {HTMLElement | null | undefined}
 */
function cardOf(element) {
  return element?.closest(".card");
}

/**
 * Focus a card after the next rendering, unless another element has received the focus.
 *
 * @param {HTMLElement | null | undefined} card
 */
function giveFocusTo(card) {
  requestAnimationFrame(() => {
    if (!card?.isConnected || !isFocusLost()) return;
    card.tabIndex = -1;
    card.focus({ preventScroll: true });
  });
}
