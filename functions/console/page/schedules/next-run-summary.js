/** When the schedule of a form will run next, and which awards it will export. */

/**
 * @import { ExportScope } from "../api/api-types.d.ts"
 * @import { Draft } from "./draft.js"
 */

import { formatTimeIn, formatWeekdayAndTime } from "../shared/formats.js";
import { html } from "../shared/html.js";
import { strings } from "../strings.js";
import { nextRunOf } from "./next-run.js";
import { areSameZone, OWN_ZONE, wallClock, zoneInWords, zoneNamed } from "./time-zones.js";

const words = strings.schedules;

/**
 * Return the day of the next run in the schedule's time zone. The page can't compute it for custom times; then it is that
 * of the existing schedule, or today.
 *
 * @param {Draft} draft
 * @param {string} [nextRunAt] of the existing schedule
 */
export function nextRunDay({ timing, zone: typed }, nextRunAt) {
  const zone = zoneNamed(typed);
  if (!zone) return null;
  const known = nextRunAt ? Date.parse(nextRunAt) : Date.now();
  return nextRunOf(timing, zone)?.day ?? wallClock(zone, known)?.[0] ?? null;
}

/**
 * @param {object} props
 * @param {ExportScope} props.scope
 * @param {Draft} props.draft
 * @param {string | null} props.day
 */
export function NextRun({ draft }) {
  const zone = zoneNamed(draft.zone);
  const next = zone ? nextRunOf(draft.timing, zone) : null;
  return html`<p class="next-run-summary" aria-live="polite">
    ${zone && next && words.firstRun(timeInWords(next.at, zone))}
  </p>`;
}

/**
 * Return the time of a run, in the reader's time zone and in that of the schedule.
 *
 * @param {string} at
 * @param {string} zone
 */
export function timeInWords(at, zone) {
  const time = formatWeekdayAndTime(at);
  const there = areSameZone(zone, OWN_ZONE) ? "" : formatTimeIn(at, zone);
  return there ? `${words.yourTime(time)}, ${words.timeIn(there, zoneInWords(zone))}` : time;
}
