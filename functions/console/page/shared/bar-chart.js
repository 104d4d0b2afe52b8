/** A bar chart of numbers over time, whose bars can be links. */

import { html, useRef, useState } from "./html.js";

/**
 * A bar: `label` is shown below it, `name` is read by screen readers and shown on top of it.
 * @typedef {{key: string, label: string, sublabel?: string, name: string, value: number, valueText: string, url?: string}} Bar
 */

/**
 * Arrow keys move between bars, so that the whole chart is a single tab stop.
 *
 * @param {object} props
 * @param {string} props.title
 * @param {Bar[]} props.bars
 * @param {(number: number) => string} props.format
 */
export function BarChart({ title, bars, format }) {
  const list = useRef(/** @type {HTMLOListElement | null} */ (null));
  const [active, setActive] = useState(bars.length - 1);
  const top = roundTop(Math.max(...bars.map(({ value }) => value), 1));

  /** @param {KeyboardEvent} event */
  function move(event) {
    const next = { ArrowLeft: active - 1, ArrowRight: active + 1, Home: 0, End: bars.length - 1 }[event.key] ?? -1;
    if (next < 0 || next >= bars.length) return;
    event.preventDefault();
    setActive(next);
    /** @type {NodeListOf<HTMLElement> | undefined} */
    const stops = list.current?.querySelectorAll(".stop");
    stops?.[next]?.focus();
  }

  return html`<figure class="bar-chart">
    <figcaption>${title}</figcaption>
    <div class="plot">
      <div class="scale" aria-hidden="true">${[top, top / 2, 0].map((number) => html`<span key=${number}>${format(number)}</span>`)}</div>
      <ol ref=${list} onKeyDown=${move}>
        ${bars.map(
          ({ key, label, sublabel, name, value, valueText, url }, n) => html`<li key=${key}>
            <${url ? "a" : "span"} class="stop" href=${url} role=${url ? undefined : "img"} aria-label=${name} tabindex=${n === active ? 0 : -1} onFocus=${() => setActive(n)}>
              <svg class="column" width="100%" height="100%" preserveAspectRatio="none" viewBox="0 0 10 100" aria-hidden="true">
                <rect x="0" y=${100 - heightOf(value, top)} width="10" height=${heightOf(value, top)} />
              </svg>
              <span class="value" aria-hidden="true">${valueText}</span>
              <span class="label" aria-hidden="true">${label}${sublabel && html`<small>${sublabel}</small>`}</span>
            <//>
          </li>`,
        )}
      </ol>
    </div>
  </figure>`;
}

/** @type {(value: number, top: number) => number} */
const heightOf = (value, top) => (value > 0 ? Math.max((value / top) * 100, 1.5) : 0);

/**
 * Return the top of a scale: an even number that begins with 1, 2, or 5, so that half of it is also a round number.
 *
 * @param {number} highest
 */
function roundTop(highest) {
  const power = 10 ** Math.floor(Math.log10(highest));
  return Math.max(([1, 2, 4, 6, 8, 10].find((step) => step * power >= highest) ?? 10) * power, 2);
}
