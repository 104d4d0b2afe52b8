/** Time zones, with their current names. */

import { OWN_TIME_ZONE } from "../shared/formats.js";

/** Names that browsers still use for zones that the IANA has renamed. */
/** @type {Record<string, string | undefined>} */
const RENAMED = {
  "Africa/Asmera": "Africa/Asmara",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Catamarca": "America/Argentina/Catamarca",
  "America/Coral_Harbour": "America/Atikokan",
  "America/Cordoba": "America/Argentina/Cordoba",
  "America/Godthab": "America/Nuuk",
  "America/Indianapolis": "America/Indiana/Indianapolis",
  "America/Jujuy": "America/Argentina/Jujuy",
  "America/Louisville": "America/Kentucky/Louisville",
  "America/Mendoza": "America/Argentina/Mendoza",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
  "Pacific/Enderbury": "Pacific/Kanton",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
};

/** @type {(zone: string) => string} */
const currentName = (zone) => RENAMED[zone] ?? zone;

/** The reader's own time zone. */
export const OWN_ZONE = currentName(OWN_TIME_ZONE);

/** All time zones that the browser knows, in alphabetical order. */
export const TIME_ZONES = [
  ...new Set([OWN_ZONE, "UTC", ...Intl.supportedValuesOf("timeZone").map(currentName)]),
].sort();

/** @type {(zone: string, other: string) => boolean} */
export const areSameZone = (zone, other) => currentName(zone) === currentName(other);

/**
 * Return a time zone's name for display, such as "America/New York".
 * @type {(zone: string) => string}
 */
export const zoneInWords = (zone) => currentName(zone).replaceAll("_", " ");

/**
 * Return the time zone that a person typed, or undefined if the name is unknown. An existing schedule can have a zone
 * that isn't in the list, such as "US/Eastern".
 *
 * @param {string} typed its name or the name of its city, in uppercase or lowercase
 */
export function zoneNamed(typed) {
  const wanted = typed.trim().replaceAll(" ", "_").toLowerCase();
  const exact = TIME_ZONES.find((zone) => zone.toLowerCase() === wanted);
  const [city, ...others] = TIME_ZONES.filter((zone) => zone.toLowerCase().endsWith(`/${wanted}`));
  if (exact) return exact;
  if (city && others.length === 0) return city;
  return wallClock(typed, 0) ? typed : undefined;
}

/** Return the difference of a time zone from UTC, such as "GMT+1", or "" if the browser doesn't know the zone. */
export function offsetOf(/** @type {string} */ zone) {
  const format = formatIn(zone, { timeZoneName: "shortOffset" });
  return format?.formatToParts().find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/**
 * Return a formatter for a time zone, or null if the browser doesn't know the zone.
 *
 * @param {string} zone
 * @param {Intl.DateTimeFormatOptions} options
 */
function formatIn(zone, options) {
  try {
    return new Intl.DateTimeFormat("en", { ...options, timeZone: zone });
  } catch {
    return null;
  }
}

/**
 * Return the day and the time of day in a time zone, such as `["2026-11-26", "18:05"]`, or null if the browser doesn't
 * know the zone.
 *
 * @param {string} zone
 * @param {number} instant in milliseconds since 1970
 * @returns {[day: string, time: string] | null}
 */
export function wallClock(zone, instant) {
  const format = formatIn(zone, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  if (!format) return null;
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return [`${parts.year}-${parts.month}-${parts.day}`, `${parts.hour}:${parts.minute}`];
}
