/** The exports of a scope, newest first: those in progress, and those that have ended. */

/** @import { ExportDocument, ExportScope } from "../../api/api-types.d.ts" */

import { getExports } from "../../api/exports.js";
import { useAttempt } from "../../shared/attempts.js";
import { html, useEffect, useState } from "../../shared/html.js";
import { Loading, MoreButton, useLoaded } from "../../shared/loading.js";
import { poll } from "../../shared/polling.js";
import { strings } from "../../strings.js";
import { isActive, onExportChange, watch } from "../watching.js";
import { ExportItem } from "./export-item.js";

const PAGE = 10;

// New exports of other people appear within this time; known exports are polled more often, one by one.
const PACE = { shortest: 5000, longest: 60_000 };

/**
 * The list of exports of one scope.
 *
 * @param {{scope: ExportScope}} props
 */
export function ExportList({ scope }) {
  const loaded = useExports(scope);
  const { items, more } = loaded;
  return html`<section class="card exports" aria-busy=${items ? undefined : "true"}>
    <h2>${strings.exports.heading}</h2>
    <${Loading} loaded=${loaded} lines=${6} />
    ${items?.length === 0 && html`<p class="empty">${strings.exports.none}</p>`}
    ${
      items?.length
        ? html`<ul class="export-list">
            ${items.map((exported) => html`<li key=${exported.id}><${ExportItem} exported=${exported} /></li>`)}
          </ul>`
        : null
    }
    <${MoreButton} more=${more} />
  </section>`;
}

/**
 * Return the current list: its first page is polled, and each export in progress is polled separately.
 *
 * @param {ExportScope} scope
 */
function useExports(scope) {
  const first = useLoaded(() => getExports(scope, { limit: PAGE }), `exports of ${scope.type} ${scope.id}`);
  // An export requested while the first page loads is known already, and may not be on that page.
  const [known, setKnown] = useState(/** @type {Known} */ ({ items: [], isWhole: false }));
  const { busy, problem, run } = useAttempt();
  /** @type {(items: ExportDocument[], more?: Omit<Partial<Known>, "items">) => void} */
  const add = (items, more = {}) => setKnown((before) => ({ ...before, items: merged(before.items, items), ...more }));

  useEffect(() => {
    if (first.value) add(first.value.items, { isWhole: true, nextCursor: first.value.nextCursor });
  }, [first.value]);

  useEffect(() => {
    const polling = poll(async () => {
      const { items } = await getExports(scope, { limit: PAGE });
      add(items);
      return items.some(isActive);
    }, PACE);
    const forget = onExportChange((exported) => {
      if (exported.scope.type === scope.type && exported.scope.id === scope.id) add([exported]);
    });
    return () => {
      polling.stop();
      forget();
    };
  }, []);

  useEffect(() => known.items.filter(isActive).forEach(watch), [known.items]);

  const showMore = () =>
    run(
      "more",
      () => getExports(scope, { limit: PAGE, cursor: known.nextCursor }),
      ({ items, nextCursor }) => add(items, { nextCursor }),
    );

  return {
    items: known.isWhole ? known.items : null,
    problem: first.problem,
    reload: first.reload,
    more: known.nextCursor ? { showMore, busy: busy !== null, problem } : null,
  };
}

/**
 * The known exports. `isWhole` is true if they include the first page of the list.
 * @typedef {{items: ExportDocument[], isWhole: boolean, nextCursor?: string}} Known
 */

/**
 * Merge exports into a list by their IDs, newest first. A late response never overwrites the state of an ended export.
 *
 * @param {ExportDocument[]} items
 * @param {ExportDocument[]} found
 */
function merged(items, found) {
  const byId = new Map(items.map((exported) => [exported.id, exported]));
  for (const exported of found) {
    const known = byId.get(exported.id);
    if (!known || isActive(known) || !isActive(exported)) byId.set(exported.id, exported);
  }
  return [...byId.values()].sort((one, other) => (one.id < other.id ? 1 : -1)); // IDs sort by creation time
}
