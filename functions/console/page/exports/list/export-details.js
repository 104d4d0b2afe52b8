/** The badges and columns of an export, which are collapsed at first. */

/**
 * @import { ExportDocument } from "../../api/api-types.d.ts"
 * @import { TargetedEvent } from "preact"
 */

import { getBadgeClass } from "../../api/places.js";
import { formatNumber } from "../../shared/formats.js";
import { html, useState } from "../../shared/html.js";
import { Loading, useLoaded } from "../../shared/loading.js";
import { strings } from "../../strings.js";

const words = strings.exports.details;
const NAMED = 20; // badges; loading a name takes one request

/** @typedef {ExportDocument["options"]} Options */

/** @type {(options: Options) => boolean} */
export const hasDetails = ({ badgeClassIds, columns }) => Array.isArray(badgeClassIds) || Array.isArray(columns);

/**
 * A summary of the options, which expands to the names of the badges and columns. The badges are loaded when it is
 * expanded.
 *
 * @param {{options: Options, summary: string}} props
 */
export function ExportDetails({ options: { badgeClassIds, columns }, summary }) {
  const [isOpen, setOpen] = useState(false);
  return html`<details class="detail"
    onToggle=${(/** @type {TargetedEvent<HTMLDetailsElement>} */ event) => setOpen(event.currentTarget.open)}>
    <summary>${summary}</summary>
    ${isOpen && Array.isArray(badgeClassIds) && html`<${Badges} ids=${badgeClassIds} />`}
    ${Array.isArray(columns) && html`<p>${words.columns} ${columns.join(", ")}</p>`}
  </details>`;
}

/**
 * The names of badges. For a badge that no longer exists, its ID is shown.
 *
 * @param {{ids: string[]}} props
 */
function Badges({ ids }) {
  const shown = ids.slice(0, NAMED);
  const nameOf = (/** @type {string} */ id) =>
    getBadgeClass(id).then(
      ({ name }) => name,
      () => id,
    );
  const loaded = useLoaded(() => Promise.all(shown.map(nameOf)), `names of ${shown}`);
  const others = ids.length - shown.length;
  if (!loaded.value) return html`<${Loading} loaded=${loaded} lines=${1} />`;
  return html`<p>${words.badges} ${loaded.value.map((name, n) => html`<span key=${n}>${n > 0 && ", "}<bdi>${name}</bdi></span>`)}
    ${others > 0 && words.others(formatNumber(others))}</p>`;
}
