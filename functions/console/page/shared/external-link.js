/** Links to other sites. */

/** @import { ComponentChildren } from "preact" */

import { isSafeAddress } from "./addresses.js";
import { html } from "./html.js";

/**
 * A link to another site, or only its text if its address has another scheme.
 *
 * @param {{href: string, children?: ComponentChildren}} props
 */
export function ExternalLink({ href, children = html`<bdi>${href}</bdi>` }) {
  if (!isSafeAddress(href)) return html`<span>${children}</span>`;
  return html`<a href=${href} target="_blank" rel="nofollow noreferrer">${children}</a>`;
}
