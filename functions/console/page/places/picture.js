/** The images of badges and issuers. */

import { html, useEffect, useState } from "../shared/html.js";

/**
 * The image of a badge or an issuer, always in the same size, or a hexagon if there is no image or it can't be shown.
 *
 * @param {{src?: string}} props
 */
export function Picture({ src }) {
  const [isBroken, setBroken] = useState(false);
  useEffect(() => setBroken(false), [src]);
  if (!src || isBroken) return html`<span class="badge-picture none" aria-hidden="true">⬡</span>`;
  return html`<img class="badge-picture" src=${src} alt="" width="56" height="56" loading="lazy" onError=${() => setBroken(true)} />`;
}
