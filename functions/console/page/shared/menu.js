/** Menus of actions for a list item that has no room for all of them. */

/** @import { ComponentChildren } from "preact" */

import { html, useId, useRef } from "./html.js";

/**
 * A button that opens a menu. `children` gets the function that closes the menu and returns the focus to the button.
 *
 * @param {object} props
 * @param {string} props.label name of the button, which distinguishes it from others
 * @param {string} props.title
 * @param {() => void} [props.onClose]
 * @param {(close: () => void) => ComponentChildren} props.children
 */
export function Menu({ label, title, onClose, children }) {
  const id = useId();
  const opener = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const menu = useRef(/** @type {HTMLDivElement | null} */ (null));

  /** @param {ToggleEvent} event */
  function toggled({ newState }) {
    if (newState === "open") placeBelow(menu.current, opener.current);
    else onClose?.();
  }

  return html`<button ref=${opener} type="button" class="button quiet more-button" popovertarget=${id}
      aria-label=${label} title=${title}>⋯</button>
    <div ref=${menu} id=${id} popover class="menu" role="group" aria-label=${label} onToggle=${toggled}>
      ${children(() => menu.current?.hidePopover())}
    </div>`;
}

/**
 * Place an open menu below its button, or above the button if there is no room below.
 *
 * @param {HTMLElement | null} menu
 * @param {HTMLElement | null} opener
 */
function placeBelow(menu, opener) {
  if (!menu || !opener) return;
  const { top, bottom, right } = opener.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = menu;
  const isBelow = bottom + offsetHeight <= innerHeight || top < offsetHeight;
  menu.style.left = `${Math.max(8, right - offsetWidth)}px`;
  menu.style.top = `${isBelow ? bottom : top - offsetHeight}px`;
}
