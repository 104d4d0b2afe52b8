/** The exports of a scope that match filters, newest first: loaded page by page, and kept up to date. */

/** @import { ExportDocument, ExportScope } from "../../api/api-types.d.ts" */

import { getExport, getExports } from "../../api/exports.js";
import { useAttempt } from "../../shared/attempts.js";
import { useEffect, useState } from "../../shared/html.js";
import { useLoaded } from "../../shared/loading.js";
import { poll } from "../../shared/polling.js";
import { isActive, noteShown, onExportChange, watch } from "../watching.js";

const PAGE = 20;

// Other people's new exports appear within this time. Known exports are polled more often, one by one.
const PACE = { shortest: 5000, longest: 60_000 };

/**
 * The filters of the list. An empty filter matches every export.
 * @typedef {{kind: string, requestedBy: string, scheduleId: string}} Filters
 */

/**
 * The exports that the page has loaded. `isWhole` is true if they include the first page of the list.
 * @typedef {{key: string, items: ExportDocument[], isWhole: boolean, nextCursor?: string}} Known
 */

/**
 * Return the exports of a scope: the first page is polled, and each export in progress is polled separately.
 *
 * @param {ExportScope} scope
 * @param {Filters} filters
 * @param {string | null} linkedId an export that is shown regardless of its page in the list
 */
export function useExports(scope, filters, linkedId) {
  const key = JSON.stringify([scope.type, scope.id, filters]);
  const read = (/** @type {string | undefined} */ cursor) => getExports(scope, { ...filters, limit: PAGE, cursor });
  const first = useLoaded(() => read(undefined), `exports ${key}`);
  // An export that was requested while the first page loads is already known, and may not be on that page.
  const [state, setKnown] = useState(/** @type {Known} */ ({ key, items: [], isWhole: false }));
  const known = state.key === key ? state : { key, items: [], isWhole: false };
  const { busy, problem, run } = useAttempt(key);
  /** @type {(found: ExportDocument[], more?: Partial<Pick<Known, "isWhole" | "nextCursor">>) => void} */
  const add = (found, more = {}) =>
    setKnown((before) => {
      const now = before.key === key ? before : { key, items: [], isWhole: false };
      return { ...now, items: merged(now.items, found.filter(matching(filters))), ...more };
    });

  useEffect(() => {
    if (first.value) add(first.value.items, { isWhole: true, nextCursor: first.value.nextCursor });
  }, [first.value]);

  useEffect(() => {
    const polling = poll(async () => {
      const { items } = await read(undefined);
      add(items);
      return items.some((exported) => isActive(exported) || isFirstDelivery(exported));
    }, PACE);
    const forget = onExportChange((exported) => {
      if (exported.scope.type === scope.type && exported.scope.id === scope.id) add([exported]);
    });
    return () => {
      polling.stop();
      forget();
    };
  }, [key]);

  useEffect(() => noteShown(scope), [scope.type, scope.id]);

  useEffect(() => {
    // If the export no longer exists, it isn't shown.
    if (linkedId)
      getExport(linkedId).then(
        (exported) => add([exported]),
        () => {},
      );
  }, [linkedId, key]);

  useEffect(() => known.items.filter(isActive).forEach(watch), [state.items]);

  const showMore = () =>
    run(
      "more",
      () => read(known.nextCursor),
      ({ items, nextCursor }) => add(items, { nextCursor }),
    );

  // With filters, a page can be empty even if later pages aren't.
  const isEmptySoFar = known.isWhole && known.items.length === 0 && known.nextCursor !== undefined;
  useEffect(() => {
    if (isEmptySoFar && !busy && !problem) showMore();
  }, [isEmptySoFar, known.nextCursor]);

  return {
    items: known.isWhole ? known.items : null,
    problem: first.problem,
    reload: first.reload,
    more: known.nextCursor ? { showMore, busy: busy !== null, problem } : null,
  };
}

/**
 * Return whether the first delivery attempt is in progress, which ends soon. Later attempts can be a day apart.
 * @type {(exported: ExportDocument) => boolean}
 */
const isFirstDelivery = ({ delivery }) => delivery?.status === "pending" && delivery.attempts === 0;

/**
 * Return whether an export matches the filters. An export that was requested in this tab may not match.
 * @type {(filters: Filters) => (exported: ExportDocument) => boolean}
 */
const matching =
  ({ kind, requestedBy, scheduleId }) =>
  (exported) =>
    (!kind || exported.kind === kind) &&
    (!requestedBy || exported.requestedBy === requestedBy) &&
    (!scheduleId || exported.scheduleId === scheduleId);

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
