/** Links to parts of the same view. The address after # is the page's route, so a script scrolls to the part. */

/** @import { ComponentChildren } from "preact" */

import { html } from "./html.js";

/**
 * @param {{id: string, children: ComponentChildren}} props `id` of the element that the part is in
 */
export function PartLink({ id, children }) {
  /** @param {Event} event */
  function follow(event) {
    event.preventDefault();
    goToPart(id);
  }
  return html`<a href=${location.href} onClick=${follow}>${children}</a>`;
}

/**
 * Scroll to a part, and give the focus to its heading, so that the keyboard and screen readers continue there.
 *
 * @param {string} id
 */
export function goToPart(id) {
  const part = document.getElementById(id);
  const heading = part?.querySelector("h2, h3");
  part?.scrollIntoView({ block: "start" });
  if (!(heading instanceof HTMLElement)) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
