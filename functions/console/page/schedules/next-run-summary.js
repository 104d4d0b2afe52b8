/** The next run of the schedule in a form: its time, and the awards that it will export. */

/**
 * @import { ExportScope, ScheduleDocument } from "../api/api-types.d.ts"
 * @import { Choices } from "../exports/forms/choices.js"
 * @import { Draft } from "./draft.js"
 */

import { unknownFilters, useAwardCount } from "../exports/forms/award-count.js";
import { boundsInWords, formatNumber, formatTimeIn, formatWeekdayAndTime } from "../shared/formats.js";
import { html } from "../shared/html.js";
import { strings } from "../strings.js";
import { awardDatesOn } from "./draft.js";
import { nextRunOf } from "./next-run.js";
import { areSameZone, OWN_ZONE, wallClock, zoneInWords, zoneNamed } from "./time-zones.js";

const words = strings.schedules;

/**
 * Return the day of the next run in the schedule's time zone. For custom times, which the page can't compute, return
 * the day of the existing schedule's next run, or today.
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
 * @param {ScheduleDocument} [props.schedule] the schedule that is being edited
 */
export function NextRun({ scope, draft, day, schedule }) {
  const zone = zoneNamed(draft.zone);
  const next = zone ? nextRunOf(draft.timing, zone) : null;
  const isActive = schedule?.enabled ?? true;
  return html`<p class="next-run-summary" aria-live="polite">
    ${schedule && !isActive && `${words.notRunning(schedule.state.status)} `}
    ${zone && next && (isActive ? words.nextRun : words.nextRunIfResumed)(timeInWords(next.at, zone))}
    ${zone && day && draft.kind === "awards" && html` <${Awards} scope=${scope} draft=${draft} zone=${zone} day=${day} />`}
  </p>`;
}

/**
 * The award dates of the next run, and how many awards there are so far.
 *
 * @param {{scope: ExportScope, draft: Draft, zone: string, day: string}} props
 */
function Awards({ scope, draft, zone, day }) {
  const dates = awardDatesOn(draft, day);
  const choices = /** @type {Choices} */ ({ ...draft.choices, ...dates });
  const count = useAwardCount(scope, choices, zone);
  return html`<span>${words.exportsAwards(boundsInWords(dates, "awarded"), count === null)}</span>
    ${count !== null && html` <strong>${words.soFar(count, formatNumber(count), unknownFilters(choices) !== null)}</strong>`}`;
}

/**
 * Return the time of a run, in the reader's time zone and in the schedule's time zone.
 *
 * @param {string} at
 * @param {string} zone
 */
export function timeInWords(at, zone) {
  const time = formatWeekdayAndTime(at);
  const there = areSameZone(zone, OWN_ZONE) ? "" : formatTimeIn(at, zone);
  return there ? `${words.yourTime(time)}, ${words.timeIn(there, zoneInWords(zone))}` : time;
}
