/** The schedules of a scope, kept up to date. */

/** @import { ExportScope, ScheduleDocument } from "../api/api-types.d.ts" */

import { getSchedules } from "../api/schedules.js";
import { onExportChange } from "../exports/watching.js";
import { useEffect, useRef, useState } from "../shared/html.js";
import { useLoaded } from "../shared/loading.js";
import { poll } from "../shared/polling.js";

// Runs, and changes by other people, appear within this time.
const PACE = { shortest: 5000, longest: 60_000 };
const AFTER_RUN_MS = 2000;
const MOST_MS = 2 ** 31 - 1; // a timer's maximum

/**
 * Return the schedules of a scope. They are polled, and loaded again after a schedule has run.
 *
 * @param {ExportScope} scope
 */
export function useSchedules(scope) {
  const key = `schedules of ${scope.type} ${scope.id}`;
  const read = () => getSchedules(scope);
  const first = useLoaded(read, key);
  const [latest, setLatest] = useState(/** @type {{key: string, items: ScheduleDocument[]} | null} */ (null));
  const items = latest?.key === key ? latest.items : first.value?.items;
  const polling = useRef(/** @type {ReturnType<typeof poll> | null} */ (null));

  const refresh = async () => setLatest({ key, items: (await read()).items });

  useEffect(() => {
    let before = "";
    polling.current = poll(async () => {
      const { items } = await read();
      setLatest({ key, items }); // even if nothing changed, because relative times did
      const now = JSON.stringify(items);
      const isChanged = before !== "" && before !== now;
      before = now;
      return isChanged;
    }, PACE);
    const forget = onExportChange(({ scheduleId }) => scheduleId && polling.current?.soon());
    return () => {
      polling.current?.stop();
      forget();
    };
  }, [key]);

  const next = Math.min(...(items ?? []).flatMap(({ nextRunAt }) => (nextRunAt ? Date.parse(nextRunAt) : [])));
  useEffect(() => {
    const wait = next + AFTER_RUN_MS - Date.now();
    if (wait > MOST_MS) return;
    const timer = setTimeout(() => refresh().catch(() => {}), Math.max(wait, AFTER_RUN_MS));
    return () => clearTimeout(timer);
  }, [next, key]);

  return { items, problem: items ? null : first.problem, reload: first.reload, refresh };
}
