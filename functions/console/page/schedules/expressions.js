/** Convert schedule expressions to words, and people's choices to expressions. */

import { formatNumber, formatTimeOfDay, formatWeekday } from "../shared/formats.js";
import { strings } from "../strings.js";

const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/**
 * The times of a schedule's runs, as people choose them.
 * @typedef {{rhythm: "daily" | "weekly" | "monthly", time: string, weekday: string, dayOfMonth: string}} Choice
 */

/**
 * Return a choice as an EventBridge Scheduler expression.
 *
 * @param {Choice} chosen
 *   `time` as "06:30", `weekday` 0 (Sunday) to 6, `dayOfMonth` 1 to 28 or "L" for the last
 */
export function expressionOf({ rhythm, time, weekday, dayOfMonth }) {
  const [hours, minutes] = time.split(":").map(Number);
  const at = `${minutes} ${hours}`;
  if (rhythm === "weekly") return `cron(${at} ? * ${DAYS[Number(weekday)]} *)`;
  if (rhythm === "monthly") return `cron(${at} ${dayOfMonth} * ? *)`;
  return `cron(${at} * * ? *)`;
}

/**
 * Describe the times of a simple expression in words. Return any other expression unchanged.
 *
 * @param {string} expression
 */
export function expressionInWords(expression) {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) {
    const [, count, unit = ""] = rate;
    return strings.schedules.every(Number(count), formatNumber(Number(count)), unit);
  }
  const cron = /^cron\((\d+) (\d+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression);
  const [, minutes, hours, dayOfMonth = "", month, weekday = "", year] = cron ?? [];
  if (month !== "*" || year !== "*") return expression;
  const time = formatTimeOfDay(Number(hours), Number(minutes));
  const everyDay = /^[*?]$/;
  if (everyDay.test(dayOfMonth) && everyDay.test(weekday)) return strings.schedules.daily(time);
  const number = DAYS.includes(weekday) ? DAYS.indexOf(weekday) : Number(weekday) - 1; // in an expression, 1 is Sunday
  if (everyDay.test(dayOfMonth) && number >= 0 && number < 7) {
    return strings.schedules.weekly(formatWeekday(number), time);
  }
  if (dayOfMonth === "L" && everyDay.test(weekday)) return strings.schedules.lastDay(time);
  if (/^\d+$/.test(dayOfMonth) && everyDay.test(weekday)) return strings.schedules.monthly(dayOfMonth, time);
  return expression;
}
