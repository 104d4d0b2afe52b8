/** Read the cron expressions of EventBridge Scheduler. */

export const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
export const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/**
 * The times of a cron expression that applies in every year. Weekdays are 1 (Sunday) to 7. `days` or `weekdays` is text
 * if it contains L, W, or #.
 * @typedef {object} Cron
 * @property {number[]} minutes
 * @property {number[]} hours
 * @property {number[] | string} days of the month
 * @property {number[]} months
 * @property {number[] | string} weekdays
 */

/**
 * Return the times of a cron expression, or null if it specifies years or isn't a cron expression.
 *
 * @param {string} expression
 * @returns {Cron | null}
 */
export function readCron(expression) {
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
  const [minute = "", hour = "", day = "", month = "", weekday = "", year] = fields;
  const minutes = numbersIn(minute, 0, 59);
  const hours = numbersIn(hour, 0, 23);
  const months = numbersIn(month, 1, 12, MONTHS);
  if (fields.length !== 6 || year !== "*" || !minutes || !hours || !months) return null;
  return {
    minutes,
    hours,
    days: numbersIn(day, 1, 31) ?? day,
    months,
    weekdays: numbersIn(weekday, 1, 7, DAYS) ?? weekday,
  };
}

/**
 * Return the numbers that a field selects, in order, or null if it contains characters other than `* ? , - /`.
 *
 * @param {string} field such as "1,15", "MON-FRI" or "0/6"
 * @param {number} first
 * @param {number} last
 * @param {string[]} names of the numbers from `first` on
 */
function numbersIn(field, first, last, names = []) {
  /** @type {Set<number>} */
  const found = new Set();
  for (const item of field.split(",")) {
    const [, from = "", to, step] = /^([*?]|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? [];
    const isAll = from === "*" || from === "?";
    const begin = isAll ? first : numberOf(from, first, names);
    const end = to ? numberOf(to, first, names) : isAll || step ? last : begin;
    if (![begin, end].every((number) => number >= first && number <= last) || begin > end || step === "0") return null;
    for (let number = begin; number <= end; number += Number(step ?? 1)) found.add(number);
  }
  return [...found].sort((one, other) => one - other);
}

/** @type {(text: string, first: number, names: string[]) => number} */
function numberOf(text, first, names) {
  const index = names.indexOf(text.toUpperCase());
  return index >= 0 ? index + first : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
