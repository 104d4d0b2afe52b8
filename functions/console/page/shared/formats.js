/** Format numbers, sizes, dates, and times in the page's language, for the user's region and time zone. */

import { strings } from "../strings.js";

// The user's variant of the page's language, or else that language as written in the user's region.
const REGION = new Intl.Locale(navigator.language).maximize().region;
const LOCALE = [
  ...navigator.languages.filter((locale) => locale.startsWith(strings.language)),
  `${strings.language}-${REGION}`,
  strings.language,
];
export const OWN_TIME_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const integer = new Intl.NumberFormat(LOCALE);
// Rounded down, so that 100% means done.
const percentage = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 0, roundingMode: "floor" });
const day = new Intl.DateTimeFormat(LOCALE, { dateStyle: "long" });
const dayAndTime = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });
const date = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeZone: "UTC" });
const monthAndYear = new Intl.DateTimeFormat(LOCALE, { month: "long", year: "numeric", timeZone: "UTC" });
const monthName = new Intl.DateTimeFormat(LOCALE, { month: "long", timeZone: "UTC" });
const shortMonth = new Intl.DateTimeFormat(LOCALE, { month: "short", timeZone: "UTC" });
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
const timeOfDay = new Intl.DateTimeFormat(LOCALE, { timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
/** @type {[unit: Intl.RelativeTimeFormatUnit, seconds: number][]} */
const STEPS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** @type {(number: number) => string} */
export const formatNumber = (number) => integer.format(number);
/** @type {(percent: number) => string} */
export const formatPercent = (percent) => percentage.format(percent / 100);

/**
 * Return a size in bytes with its largest decimal unit, as file managers do.
 *
 * @param {number} bytes
 */
export function formatBytes(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), BYTE_UNITS.length - 1);
  return new Intl.NumberFormat(LOCALE, {
    style: "unit",
    unit: BYTE_UNITS[power],
    unitDisplay: power ? "short" : "long",
    maximumFractionDigits: power > 1 ? 1 : 0,
  }).format(bytes / 1000 ** power);
}

/**
 * Return the day of a time from the API.
 * @type {(time: string) => string}
 */
export const formatDay = (time) => day.format(new Date(time));
/** @type {(time: string) => string} */
export const formatTimeAlone = (time) => timeOfDay.format(new Date(time));
/** @type {(time: string) => string} */
export const formatDayAndTime = (time) => dayAndTime.format(new Date(time));
/** @type {(bound: string) => boolean} */
const isDate = (bound) => /^\d{4}-\d\d-\d\d$/.test(bound);
/**
 * Return a bound of an export, which is a date (the same for every user) or a time.
 * @type {(bound: string) => string}
 */
const formatBound = (bound) => (isDate(bound) ? date.format(new Date(bound)) : formatDayAndTime(bound));
/**
 * Format the bounds of an export's award or expiration dates. The result has `range` if both bounds are set.
 *
 * @param {Record<string, unknown>} options of the export
 * @param {"awarded" | "expires"} of
 */
export function boundsInWords(options, of) {
  const [after, before] = [options[`${of}After`], options[`${of}Before`]];
  /** @param {unknown} bound "" in an empty field of a form */
  const inWords = (bound) => (typeof bound === "string" && bound ? formatBound(bound) : undefined);
  const isRange = [after, before].every((bound) => typeof bound === "string" && isDate(bound));
  return {
    after: inWords(after),
    before: inWords(before),
    range: isRange ? date.formatRange(new Date(String(after)), new Date(String(before))) : undefined,
  };
}

/**
 * Return a month such as "2026-01" in words.
 * @type {(month: string) => string}
 */
export const formatMonth = (month) => monthAndYear.format(new Date(`${month}-01`));
/** @type {(month: string) => string} */
export const formatMonthName = (month) => monthName.format(new Date(`${month}-01`));
/** @type {(month: string) => string} */
export const formatShortMonth = (month) => shortMonth.format(new Date(`${month}-01`));

/** @type {(time: string) => string} */
export const formatWeekdayAndTime = (time) =>
  [weekday, timeOfDay].map((part) => part.format(new Date(time))).join(", ");

/**
 * Return the time of day in another time zone, with the weekday if it differs from the user's weekday. Return "" if the
 * browser doesn't know the zone.
 *
 * @param {string} time
 * @param {string} timeZone
 */
export function formatTimeIn(time, timeZone) {
  const at = new Date(time);
  try {
    const [day, ownDay] = [{ timeZone }, {}].map((zone) =>
      at.toLocaleDateString(LOCALE, { weekday: "short", ...zone }),
    );
    const text = at.toLocaleTimeString(LOCALE, { timeStyle: "short", timeZone });
    return day === ownDay ? text : `${day}, ${text}`;
  } catch {
    return "";
  }
}

/**
 * Return the distance to a time, such as "in 2 days" or "5 minutes ago".
 *
 * @param {string} time
 */
export function formatDistance(time, now = Date.now()) {
  const seconds = (new Date(time).getTime() - now) / 1000;
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return strings.now;
}

/**
 * Return a duration in its largest unit, such as "2 minutes", at least some seconds.
 *
 * @param {number} seconds
 */
export function formatDuration(seconds) {
  const [unit, length] = STEPS.find(([, length]) => seconds >= length) ?? ["second", 5];
  const count = unit === "second" ? Math.max(Math.ceil(seconds / length), 1) * length : Math.round(seconds / length);
  return new Intl.NumberFormat(LOCALE, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

/**
 * Return a time of day, such as "06:30", in the user's locale.
 *
 * @param {number} hours
 * @param {number} minutes
 */
export function formatTimeOfDay(hours, minutes) {
  return new Intl.DateTimeFormat(LOCALE, { timeStyle: "short", timeZone: "UTC" }).format(
    Date.UTC(2024, 0, 1, hours, minutes),
  );
}

/**
 * Return the name of a day of the week; 0 is Sunday.
 *
 * @param {number} number
 */
export function formatWeekday(number) {
  return new Intl.DateTimeFormat(LOCALE, { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2024, 0, 7 + number));
}
