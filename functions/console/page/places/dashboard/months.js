/** The last twelve months of the reader's calendar, their days, and the numbers of awards in them. */

/** @import { AwardPeriod } from "../../api/api-types.d.ts" */

/**
 * Return the latest months, such as "2026-01", ending with the current month.
 *
 * @param {number} count
 */
export function lastMonths(count, now = new Date()) {
  return Array.from({ length: count }, (_, n) => {
    const first = new Date(Date.UTC(now.getFullYear(), now.getMonth() - count + 1 + n, 1));
    return first.toISOString().slice(0, 7);
  });
}

/**
 * Return the first and last days of consecutive months.
 *
 * @param {string[]} months
 */
export function daysOf(months) {
  const [year, number] = `${months.at(-1)}`.split("-").map(Number);
  const lastDay = new Date(Date.UTC(Number(year), Number(number), 0)).toISOString().slice(0, 10);
  return { awardedAfter: `${months[0]}-01`, awardedBefore: lastDay };
}

/**
 * Return the number of awards in each month.
 *
 * @param {string[]} months
 * @param {AwardPeriod[]} periods
 */
export function awardsIn(months, periods) {
  const awards = new Map(periods.map((period) => [period.period, period.awards]));
  return months.map((month) => awards.get(month) ?? 0);
}
