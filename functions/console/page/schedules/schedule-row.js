/** One schedule in the list: what it exports, when it runs, and its latest run. */

/** @import { ScheduleDocument } from "../api/api-types.d.ts" */

import { useDestination } from "../exports/destination.js";
import { boundsInWords, formatDistance, formatTimeIn, formatWeekdayAndTime } from "../shared/formats.js";
import { html } from "../shared/html.js";
import { strings } from "../strings.js";
import { expressionInWords } from "./expressions.js";
import { ScheduleActions } from "./schedule-actions.js";
import { areSameZone, OWN_ZONE, zoneInWords } from "./time-zones.js";

const words = strings.schedules;

/**
 * @typedef {object} Handlers
 * @property {() => void} onEdit
 * @property {() => void} onDuplicate
 * @property {() => Promise<void>} onChange
 */

/** @param {{schedule: ScheduleDocument, isOpen: boolean, handlers?: Handlers}} props without `handlers`, it is read-only */
export function ScheduleRow({ schedule, isOpen, handlers }) {
  return html`<tr role="row" class=${isOpen ? "open" : undefined}>
    <th role="rowheader" scope="row" class="what"><${What} schedule=${schedule} /></th>
    <td role="cell" class="runs" data-label=${words.columns.runs}><${Runs} schedule=${schedule} /></td>
    <td role="cell" class="next" data-label=${words.columns.next}><${Next} schedule=${schedule} /></td>
    <td role="cell" class="last" data-label=${words.columns.last}><${Last} schedule=${schedule} /></td>
    ${handlers && html`<td role="cell" class="row-actions small"><${ScheduleActions} schedule=${schedule} ...${handlers} /></td>`}
  </tr>`;
}

/** @param {{schedule: ScheduleDocument}} props */
function What({ schedule }) {
  const { hasDestination, destinationBucket } = useDestination();
  const options = schedule.export;
  const shape = words.shape(schedule, {
    awarded: boundsInWords(options, "awarded"),
    expires: boundsInWords(options, "expires"),
  });
  const type = strings.exports.fileType(String(options.kind), options);
  return html`<span class="name"><bdi>${schedule.name}</bdi></span>
    <span class="detail">${words.what(schedule)}</span>
    <span class="detail">${[type, shape, words.by(schedule.requestedBy)].filter(Boolean).join(" · ")}</span>
    ${schedule.deliver && html`<span class="detail">${hasDestination ? words.delivers(destinationBucket) : words.noDestination}</span>`}
    ${schedule.state.reason && html`<span class="notice warn">${schedule.state.reason}</span>`}`;
}

/** @param {{schedule: ScheduleDocument}} props */
function Runs({ schedule: { expression, timeZone } }) {
  return html`<span>${expressionInWords(expression)}</span>
    ${!areSameZone(timeZone, OWN_ZONE) && html`<span class="detail">${zoneInWords(timeZone)}</span>`}`;
}

/** @param {{schedule: ScheduleDocument}} props */
function Next({ schedule: { nextRunAt, timeZone, state } }) {
  const status = html`<span class="status ${state.status}">${words.status[state.status]}</span>`;
  if (!nextRunAt) return status;
  const there = areSameZone(timeZone, OWN_ZONE) ? "" : formatTimeIn(nextRunAt, timeZone);
  const time = formatWeekdayAndTime(nextRunAt);
  return html`<time datetime=${nextRunAt}>${there ? words.yourTime(time) : time}</time>
    ${there && html`<span class="detail">${words.timeIn(there, zoneInWords(timeZone))}</span>`}
    <span class="detail">${formatDistance(nextRunAt)}</span>`;
}

/** @param {{schedule: ScheduleDocument}} props */
function Last({ schedule: { id, lastRun, name } }) {
  if (!lastRun) return html`<span class="detail">${words.never}</span>`;
  const view = location.hash.split("?")[0];
  return html`<time datetime=${lastRun.at} title=${formatWeekdayAndTime(lastRun.at)}>${formatDistance(lastRun.at)}</time>
    <span class="detail">
      ${
        lastRun.exportId
          ? html`<a href="${view}?export=${lastRun.exportId}" aria-label=${words.viewExportOf(name)}>${words.viewExport}</a>`
          : words.noFile
      }
    </span>
    <span class="detail"><a href="${view}?schedule=${id}" aria-label=${words.allExportsOf(name)}>${words.allExports}</a></span>`;
}
