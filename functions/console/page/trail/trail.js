/** The Activity tab: the trail of an organization or issuer, grouped by day, newest first. */

/**
 * @import { ExportScope, TrailEntryDocument } from "../api/api-types.d.ts"
 * @import { Action } from "./strings.js"
 */

import { getTrail } from "../api/trail.js";
import { ExportProgress, Status } from "../exports/list/export-progress.js";
import { useExportRequest } from "../exports/requesting.js";
import { isActive } from "../exports/watching.js";
import { signedInEmail } from "../session/session.js";
import { Button } from "../shared/button.js";
import { formatDay, formatTimeAlone } from "../shared/formats.js";
import { html, useRef, useState } from "../shared/html.js";
import { Loading, MoreButton, usePages } from "../shared/loading.js";
import { ProblemNotice } from "../shared/problem-notices.js";
import { strings } from "../strings.js";

const words = strings.activity;
const PAGE = 50;
const NO_FILTERS = { actor: "", action: "" };

/** @typedef {typeof NO_FILTERS} Filters */
/** @typedef {(entry: TrailEntryDocument) => string | undefined} UrlOf returns the URL of a target that has a view */

/** @param {{scope: ExportScope, mayExport: boolean, urlOf: UrlOf}} props */
export function Trail({ scope, mayExport, urlOf }) {
  const [filters, setFilters] = useState(NO_FILTERS);
  const key = `trail of ${JSON.stringify([scope.type, scope.id, filters])}`;
  const loaded = usePages((cursor) => getTrail(scope, { ...filters, limit: PAGE, cursor }), key);
  const isFiltered = Object.values(filters).some(Boolean);
  return html`<section class="card" aria-busy=${loaded.items || loaded.problem ? undefined : "true"}>
    <header class="card-header">
      <h2>${words.heading}</h2>
      <${TrailFilters} items=${loaded.items ?? []} filters=${filters} onChange=${setFilters} />
    </header>
    <p class="lead">${words.lead}</p>
    ${mayExport && html`<${ExportButton} scope=${scope} />`}
    <${Loading} loaded=${loaded} lines=${8} />
    ${loaded.items?.length === 0 && !loaded.more && html`<p class="empty">${isFiltered ? words.noneFound : words.none}</p>`}
    ${loaded.items && loaded.items.length > 0 && html`<${Days} entries=${loaded.items} urlOf=${urlOf} />`}
    <${MoreButton} more=${loaded.more} />
  </section>`;
}

/** @param {{entries: TrailEntryDocument[], urlOf: UrlOf}} props */
function Days({ entries, urlOf }) {
  /** @type {Map<string, TrailEntryDocument[]>} */
  const days = new Map();
  for (const entry of entries) {
    const day = formatDay(entry.at);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return html`<table role="table" class="activity-table" aria-label=${words.heading}>
    <thead role="rowgroup"><tr role="row">${words.columns.map((name) => html`<th role="columnheader" scope="col" key=${name}>${name}</th>`)}</tr></thead>
    ${[...days].map(
      ([day, those]) => html`<tbody role="rowgroup" key=${day}>
        <tr role="row"><th role="rowheader" scope="rowgroup" colspan="3" class="day">${day}</th></tr>
        ${those.map((entry) => html`<${Entry} key=${entry.id} entry=${entry} url=${urlOf(entry)} />`)}
      </tbody>`,
    )}
  </table>`;
}

/** @param {{entry: TrailEntryDocument, url?: string}} props */
function Entry({ entry, url }) {
  const { at, actor, action, target } = entry;
  const details = words.details(entry);
  const name = html`<bdi>${target.name}</bdi>`;
  return html`<tr role="row">
    <td role="cell" class="at"><time datetime=${at}>${formatTimeAlone(at)}</time></td>
    <td role="cell" class="actor"><bdi>${words.actor(actor)}</bdi></td>
    <td role="cell">${words.done(action)} ${url ? html`<a href=${url}>${name}</a>` : name}
      ${details && html`<span class="detail" dir="auto">${details}</span>`}</td>
  </tr>`;
}

/**
 * The filters by action, and by the people in the list.
 *
 * @param {{items: TrailEntryDocument[], filters: Filters, onChange: (filters: Filters) => void}} props
 */
function TrailFilters({ items, filters, onChange }) {
  // A filtered list contains only one person's entries, but other people must remain selectable.
  const people = useRef(new Set([signedInEmail()]));
  for (const { actor } of items) people.current.add(actor);
  /** @type {(label: string, all: string, name: keyof Filters, options: [value: string, text: string][]) => unknown} */
  const select = (label, all, name, options) =>
    html`<select aria-label=${label} value=${filters[name]}
      onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => onChange({ ...filters, [name]: event.currentTarget.value })}>
      ${[["", all], ...options].map(([value, text]) => html`<option key=${value} value=${value} selected=${value === filters[name]}>${text}</option>`)}
    </select>`;
  return html`<div class="list-filters" role="group" aria-label=${words.filters}>
    ${select(
      words.person,
      words.anyone,
      "actor",
      [...people.current].map((actor) => [actor, actor === signedInEmail() ? words.onlyMine : words.actor(actor)]),
    )}
    ${select(words.action, words.anyAction, "action", Object.entries(words.actions))}
  </div>`;
}

/** @param {{scope: ExportScope}} props */
function ExportButton({ scope }) {
  const { ask, asking, problem, started } = useExportRequest(scope);
  return html`<div class="activity-export">
    <${Button} busy=${asking !== null} onClick=${() => ask({ kind: "trail" })}>${words.export}<//>
    ${problem && html`<${ProblemNotice} problem=${problem} />`}
    ${started && isActive(started) && html`<${ExportProgress} exported=${started} />`}
    <p role="status">${started && !isActive(started) && html`<${Status} exported=${started} />`}</p>
  </div>`;
}
