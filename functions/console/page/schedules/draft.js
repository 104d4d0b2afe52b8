/** The draft of a schedule: read from an existing schedule, checked, and converted to a request. */

/**
 * @import { ExportOnSchedule, ExportScope, ScheduleDocument, ScheduleRequest, Status } from "../api/api-types.d.ts"
 * @import { Choices } from "../exports/forms/choices.js"
 * @import { ExportKind } from "../exports/kinds.js"
 * @import { Timing } from "./expressions.js"
 * @import { Period } from "./periods.js"
 */

import { scopeField } from "../api/scopes.js";
import { DEFAULTS, defaultsOf, requestOf, STATUSES, wrongChoices } from "../exports/forms/choices.js";
import { sendsEmail } from "../exports/forms/follow-ups.js";
import { KINDS, OPTIONS } from "../exports/kinds.js";
import { strings } from "../strings.js";
import { expressionOf, MONDAYS, timingOf } from "./expressions.js";
import { datesBefore, matchingPeriod } from "./periods.js";
import { OWN_ZONE, zoneInWords, zoneNamed } from "./time-zones.js";

const words = strings.schedules;

/**
 * @typedef {object} Draft
 * @property {string} name
 * @property {ExportKind} kind
 * @property {Choices} choices
 * @property {Timing} timing
 * @property {string} zone as typed
 * @property {Period | "all" | "fixed"} period
 * @property {Record<string, unknown>} fixed the award dates of an existing schedule that has no period
 * @property {Record<string, unknown>} kept options of an existing schedule that the form doesn't have
 */

/** The CSV and trail options that the form doesn't have. */
const KEPT_OF_CSV = ["byteOrderMark", "spreadsheetSafe"];
const KEPT_OF_TRAIL = ["after", "before", "timeZone"];
const FIXED = ["awardedAfter", "awardedBefore", "timeZone"];

/**
 * Return the draft of a new schedule: weekly, with the awards from the week before each run.
 *
 * @param {ExportScope} scope
 * @returns {Draft}
 */
export function newDraft(scope) {
  const kind = KINDS[scope.type][0];
  return {
    name: "",
    kind,
    choices: defaultsOf(kind),
    timing: MONDAYS,
    zone: zoneInWords(OWN_ZONE),
    period: matchingPeriod(MONDAYS) ?? "all",
    fixed: {},
    kept: {},
  };
}

/**
 * Return an existing schedule as a draft. The names of its badges aren't known, so their IDs are used as names.
 *
 * @param {ScheduleDocument} schedule
 * @returns {Draft}
 */
export function draftOf({ name, expression, timeZone, period, notify, deliver, export: exported }) {
  const { columns, badgeClassIds, status, format, separator, expiresAfter, expiresBefore } =
    /** @type {Partial<Choices> & {badgeClassIds?: string[]}} */ (exported);
  const kind = /** @type {ExportKind} */ (exported.kind);
  const hasFixed = !period && Boolean(exported.awardedAfter || exported.awardedBefore);
  return {
    name,
    kind,
    choices: {
      ...DEFAULTS,
      ...(expiresAfter && { expiresAfter }),
      ...(expiresBefore && { expiresBefore }),
      status: status ?? STATUSES,
      badges: (badgeClassIds ?? []).map((id) => ({ id, name: id })),
      ...(format && { format }),
      ...(separator && { separator }),
      columns: columns
        ? /** @type {unknown[]} */ (columns).map((column) => ({ name: String(column), chosen: true }))
        : null,
      ticked: Object.fromEntries(OPTIONS[kind].map((option) => [option.name, exported[option.name] === true])),
      notify,
      deliver,
    },
    timing: timingOf(expression),
    zone: zoneInWords(timeZone),
    period: period ?? (hasFixed ? "fixed" : "all"),
    fixed: hasFixed ? only(exported, FIXED) : {},
    kept: only(exported, kind === "trail" ? [...KEPT_OF_CSV, ...KEPT_OF_TRAIL] : KEPT_OF_CSV),
  };
}

/** @type {(values: Record<string, unknown>, names: string[]) => Record<string, unknown>} */
const only = (values, names) =>
  Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));

/**
 * Return the options that the form doesn't have, if the chosen file type supports them.
 *
 * @param {Choices} choices
 * @param {Draft["kept"]} kept
 */
const keptOf = ({ format }, kept) => (format === "csv" ? kept : only(kept, KEPT_OF_TRAIL));

/**
 * Return a draft as a request. An existing time zone that the form doesn't know is kept.
 *
 * @param {ExportScope} scope
 * @param {Draft} draft
 * @param {boolean} mayDeliver whether the form has the check box for deliveries
 * @returns {ScheduleRequest}
 */
export function scheduleOf(scope, { name, kind, choices, timing, zone, period, fixed, kept }, mayDeliver) {
  const timeZone = zoneNamed(zone) ?? zone;
  const isRelative = kind === "awards" && period !== "all" && period !== "fixed";
  return {
    name: name.trim(),
    export: {
      ...scopeField(scope),
      ...requestOf(kind, choices, timeZone),
      ...(kind === "awards" && period === "fixed" && fixed),
      ...keptOf(choices, kept),
    },
    expression: expressionOf(timing),
    timeZone,
    period: isRelative ? period : null,
    ...(sendsEmail && { notify: choices.notify }),
    ...(mayDeliver && { deliver: choices.deliver }),
  };
}

/**
 * Return the award dates of a run on a day. Fixed dates from the API can also be times.
 *
 * @param {Pick<Draft, "period" | "fixed">} draft
 * @param {string} day such as "2026-11-26"
 */
export function awardDatesOn({ period, fixed }, day) {
  if (period === "all") return {};
  return period === "fixed" ? fixed : datesBefore(period, day);
}

/**
 * Return the export that a run on a day requests.
 *
 * @param {Draft} draft
 * @param {string} day such as "2026-11-26"
 */
export function exportOn(draft, day) {
  const body = {
    ...requestOf(draft.kind, draft.choices, zoneNamed(draft.zone) ?? draft.zone),
    ...keptOf(draft.choices, draft.kept),
  };
  return draft.kind === "awards" ? { ...body, ...awardDatesOn(draft, day) } : body;
}

/**
 * Return the fields of a schedule that differ from an earlier version.
 *
 * @param {ScheduleRequest} before
 * @param {ScheduleRequest} now
 * @returns {Partial<ScheduleRequest>}
 */
export const changesOf = (before, now) =>
  Object.fromEntries(
    Object.entries(now).filter(
      ([field, value]) =>
        JSON.stringify(value) !== JSON.stringify(before[/** @type {keyof ScheduleRequest} */ (field)]),
    ),
  );

/**
 * Return messages about invalid fields, using the API's field names.
 *
 * @param {Draft} draft
 * @param {HTMLFormElement | null} form
 */
export function wrongInDraft({ name, kind, choices, timing, zone }, form) {
  return {
    ...(name.trim() === "" && { name: words.noName }),
    ...(timing.rhythm !== "custom" && timing.time === "" && { time: words.noTime }),
    ...(zoneNamed(zone) === undefined && { timeZone: words.noTimeZone }),
    ...wrongChoices(kind, choices, form),
  };
}
