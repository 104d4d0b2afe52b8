/** The awards that each run exports: those from the day, week, or month before the run. */

/** @import { Rhythm, Timing } from "./expressions.js" */

/** @typedef {"previous-day" | "previous-week" | "previous-month"} Period */

/**
 * The period that exports each award exactly once, by how often the schedule runs.
 * @type {Record<Rhythm, Period>}
 */
const MATCHING = { daily: "previous-day", weekly: "previous-week", monthly: "previous-month" };
/**
 * Return the matching period for a timing, or undefined for a custom timing.
 *
 * @param {Timing} timing
 */
export const matchingPeriod = ({ rhythm }) => (rhythm === "custom" ? undefined : MATCHING[rhythm]);

/**
 * Return the first and last day of the period before a day, as the API counts them: weeks are from Monday to Sunday.
 *
 * @param {Period} period
 * @param {string} day such as "2026-11-26"
 * @returns {{awardedAfter: string, awardedBefore: string}}
 */
export function datesBefore(period, day) {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  /** @type {(month: number, date: number) => string} */
  const text = (month, date) => new Date(Date.UTC(year, month - 1, date)).toISOString().slice(0, 10);
  if (period === "previous-day") return { awardedAfter: text(month, date - 1), awardedBefore: text(month, date - 1) };
  if (period === "previous-month") return { awardedAfter: text(month - 1, 1), awardedBefore: text(month, 0) };
  const sinceMonday = (new Date(day).getUTCDay() + 6) % 7;
  const monday = date - sinceMonday - 7;
  return { awardedAfter: text(month, monday), awardedBefore: text(month, monday + 6) };
}
