/** A section of a view, displayed as a card. */

/** @import { ComponentChildren } from "preact" */

import { html } from "./html.js";

/**
 * A part of a data management page.
 *
 * @param {{title: string, text?: string, children: ComponentChildren}} props
 */
export function Section({ title, text, children }) {
  return html`<section class="card">
    <h2>${title}</h2>
    ${text && html`<p class="lead">${text}</p>`}
    ${children}
  </section>`;
}
