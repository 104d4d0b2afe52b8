/** Keeping the keyboard's place on the page when what had the focus goes away. */

let hasActed = false;
/** @type {EventTarget | null} */
let latest = null;
for (const happening of ["keydown", "pointerdown"]) {
  addEventListener(happening, () => (hasActed = true), { once: true, capture: true });
}
addEventListener("focusin", (event) => (latest = event.target));

/** Nothing has the focus, though somebody is at work here; who just opened or reloaded the page begins at its top. */
export const isFocusLost = () => hasActed && document.activeElement === document.body;

/**
 * Give a function to call once `element` is gone: if it had the focus, the card that it stood in gets it.
 *
 * @param {Element | null} element
 */
export function keepFocusNear(element) {
  const card = cardOf(element);
  return () => latest === element && giveFocusTo(card);
}

/** Give a function that puts the focus back to where it is now, or near there. */
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
 * Once the page is drawn anew, and if nothing else has taken the focus.
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
