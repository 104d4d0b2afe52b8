/** The time of a schedule's next run, before the schedule is saved. */

/** @import { Timing } from "./expressions.js" */

import { wallClock } from "./time-zones.js";

const DAY_MS = 86_400_000;
const MOST_DAYS = 70; // enough for a monthly run, even if a clock change skips its time once

/**
 * Return the day and time of the next run in the schedule's time zone, or null if the browser can't compute them.
 *
 * @param {Timing} timing
 * @param {string} zone
 * @param {number} now in milliseconds since 1970
 * @returns {{day: string, at: string} | null}
 */
export function nextRunOf(timing, zone, now = Date.now()) {
  const [today] = wallClock(zone, now) ?? [];
  if (!today || !timing.time || timing.rhythm === "custom") return null;
  for (let count = 0; count <= MOST_DAYS; count++) {
    const date = new Date(Date.parse(today) + count * DAY_MS);
    const day = date.toISOString().slice(0, 10);
    const instant = isDayOf(timing, date) ? instantOf(day, timing.time, zone) : null;
    if (instant !== null && instant > now) return { day, at: new Date(instant).toISOString() };
  }
  return null;
}

/** @type {(timing: Timing, date: Date) => boolean} */
function isDayOf({ rhythm, weekday, dayOfMonth }, date) {
  if (rhythm === "weekly") return date.getUTCDay() === Number(weekday);
  if (rhythm === "daily") return true;
  const tomorrow = new Date(date.getTime() + DAY_MS);
  return dayOfMonth === "L" ? tomorrow.getUTCDate() === 1 : date.getUTCDate() === Number(dayOfMonth);
}

/**
 * Return when a clock in a time zone first shows a time on a day, or null if the clock skips it.
 *
 * @param {string} day
 * @param {string} time
 * @param {string} zone
 */
function instantOf(day, time, zone) {
  const asUtc = Date.parse(`${day}T${time}Z`);
  // The offset can change at most once in the days around it, so there are only two candidates.
  const offsets = [asUtc - DAY_MS, asUtc + DAY_MS].map((instant) => {
    const shown = wallClock(zone, instant);
    return shown ? Date.parse(`${shown[0]}T${shown[1]}Z`) - instant : 0;
  });
  const candidates = offsets.map((offset) => asUtc - offset).sort((one, other) => one - other);
  return candidates.find((instant) => wallClock(zone, instant)?.join() === [day, time].join()) ?? null;
}
