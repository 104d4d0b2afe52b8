/** The images of badges and issuers. */

import { html, useState } from "./html.js";

const PIXELS = { small: 40, medium: 56, large: 96, full: 160 };

/**
 * The image of a badge or an issuer, always of the same size. A hexagon is shown until the image is loaded, or if it
 * can't be shown.
 *
 * @param {object} props
 * @param {string} [props.src]
 * @param {string} [props.alt] none if the name is next to it
 * @param {keyof typeof PIXELS} [props.size]
 */
export function Picture({ src, alt = "", size = "medium" }) {
  const [latest, setLatest] = useState(
    /** @type {{src?: string, state: "loading" | "shown" | "broken"}} */ ({ state: "loading" }),
  );
  const state = latest.src === src ? latest.state : "loading";
  const pixels = PIXELS[size];
  const hexagon = state === "broken" && alt ? { role: "img", "aria-label": alt } : { "aria-hidden": "true" };
  return html`<span class="picture ${size}" data-state=${state}>
    <svg viewBox="0 0 32 32" width=${pixels} height=${pixels} ...${hexagon}><path d="M16 3 27.3 9.5v13L16 29 4.7 22.5v-13z" /></svg>
    ${
      src &&
      state !== "broken" &&
      html`<img src=${src} alt=${alt} width=${pixels} height=${pixels} loading="lazy" decoding="async"
        onLoad=${() => setLatest({ src, state: "shown" })} onError=${() => setLatest({ src, state: "broken" })} />`
    }
  </span>`;
}
