/** Convert schedule expressions to words, and people's choices to expressions and back. */

/** @import { Cron } from "./cron.js" */

import { formatMonthName, formatNumber, formatTimeOfDay, formatWeekday } from "../shared/formats.js";
import { strings } from "../strings.js";
import { DAYS, MONTHS, readCron } from "./cron.js";

const words = strings.schedules;
const MOST_LISTED = 4; // longer lists are harder to read than the expression
const LAST_CERTAIN_DAY = 28; // the last day that exists in every month

/** @typedef {"daily" | "weekly" | "monthly"} Rhythm */

/**
 * The times of a schedule's runs, as people choose them. With the rhythm "custom", the form doesn't change the
 * expression.
 * @typedef {object} Timing
 * @property {Rhythm | "custom"} rhythm
 * @property {string} time such as "06:30"
 * @property {string} weekday 0 (Sunday) to 6
 * @property {string} dayOfMonth 1 to 28, or "L" for the last
 * @property {string} [expression]
 */

/** @type {Timing} */
export const MONDAYS = { rhythm: "weekly", time: "06:00", weekday: "1", dayOfMonth: "1" };

/**
 * Return a timing as an EventBridge Scheduler expression.
 *
 * @param {Timing} timing
 */
export function expressionOf({ rhythm, time, weekday, dayOfMonth, expression = "" }) {
  const [hours, minutes] = time.split(":").map(Number);
  const at = `${minutes} ${hours}`;
  if (rhythm === "weekly") return `cron(${at} ? * ${DAYS[Number(weekday)]} *)`;
  if (rhythm === "monthly") return `cron(${at} ${dayOfMonth} * ? *)`;
  return rhythm === "daily" ? `cron(${at} * * ? *)` : expression;
}

/**
 * Return the timing of an expression. The rhythm is "custom" if the form can't represent the expression.
 *
 * @param {string} expression
 * @returns {Timing}
 */
export function timingOf(expression) {
  const cron = readCron(expression);
  const custom = { ...MONDAYS, rhythm: /** @type {const} */ ("custom"), expression };
  if (!cron || cron.minutes.length > 1 || cron.hours.length > 1 || !isEveryMonth(cron)) return custom;
  const { days, weekdays } = cron;
  const time = [...cron.hours, ...cron.minutes].map((part) => String(part).padStart(2, "0")).join(":");
  const [day, weekday] = [onlyOf(days), onlyOf(weekdays)];
  if (isAnyDay(cron) && isAnyWeekday(cron)) return { ...MONDAYS, rhythm: "daily", time };
  if (isAnyDay(cron) && weekday) return { ...MONDAYS, time, weekday: String(weekday - 1) };
  const dayOfMonth = days === "L" ? days : day && day <= LAST_CERTAIN_DAY ? String(day) : null;
  return isAnyWeekday(cron) && dayOfMonth ? { ...MONDAYS, rhythm: "monthly", time, dayOfMonth } : custom;
}

/**
 * Return the times of an expression in words, or the expression itself if words would be hard to read.
 *
 * @param {string} expression
 */
export function expressionInWords(expression) {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) {
    const [, count, unit = ""] = rate;
    return words.every(Number(count), formatNumber(Number(count)), unit);
  }
  const cron = readCron(expression);
  const days = cron && daysInWords(cron);
  const times = cron && timesInWords(cron);
  if (!cron || !days || !times) return words.custom(expression);
  if (isEveryMonth(cron)) return `${days} ${times}`;
  if (cron.months.length > MOST_LISTED) return words.custom(expression);
  return words.inMonths(
    `${days} ${times}`,
    cron.months.map((month) => formatMonthName(`2024-${`${month}`.padStart(2, "0")}`)),
  );
}

/** @param {Cron} cron */
const isEveryMonth = ({ months }) => months.length === MONTHS.length;

/** @param {Cron} cron */
const isAnyDay = ({ days }) => Array.isArray(days) && days.length === 31;

/** @param {Cron} cron */
const isAnyWeekday = ({ weekdays }) => Array.isArray(weekdays) && weekdays.length === DAYS.length;

/** @type {(numbers: number[] | string) => number | undefined} */
const onlyOf = (numbers) => (Array.isArray(numbers) && numbers.length === 1 ? numbers[0] : undefined);

/**
 * @param {Cron} cron
 * @returns {string | null}
 */
function daysInWords(cron) {
  const { days, weekdays } = cron;
  if (isAnyDay(cron)) {
    if (typeof weekdays === "string") return nthWeekdayInWords(weekdays);
    if (isAnyWeekday(cron)) return words.daily;
    if (weekdays.join() === "2,3,4,5,6") return words.workdays;
    return words.weekly(weekdays.map((number) => formatWeekday(number - 1)));
  }
  if (!isAnyWeekday(cron)) return null;
  if (typeof days === "string") return days === "L" ? words.lastDay : null;
  return days.length <= MOST_LISTED ? words.monthly(days) : null;
}

/**
 * Return a weekday of a month in words: "6#3" is the third Friday, "6L" the last one.
 *
 * @param {string} text
 */
function nthWeekdayInWords(text) {
  const [, day = "", number] = /^(\w+?)(?:#([1-5])|L)$/.exec(text) ?? [];
  const weekday = DAYS.includes(day) ? DAYS.indexOf(day) : Number(day) - 1;
  if (!(weekday >= 0 && weekday < DAYS.length)) return null;
  return words.nthWeekday(number === undefined ? null : Number(number), formatWeekday(weekday));
}

/** @param {Cron} cron */
function timesInWords({ hours, minutes }) {
  if (hours.length * minutes.length > MOST_LISTED) return null;
  return words.at(hours.flatMap((hour) => minutes.map((minute) => formatTimeOfDay(hour, minute))));
}
