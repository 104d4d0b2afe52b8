/** The text about schedules. */

/**
 * @import { ScheduleDocument } from "../api/api-types.d.ts"
 * @import { Bounds } from "../exports/strings.js"
 */

import { chosenWords, dateWords, kindName, shapeWords } from "../exports/strings.js";
import { capitalized } from "../shared/sentences.js";

export const scheduleStrings = {
  schedules: {
    title: "Schedules",
    text: "Run exports automatically. Each run appears in the list of exports.",
    none: "No schedules yet.",
    make: "New schedule",
    save: "Save schedule",
    name: "Name",
    kind: "What to export",
    options: "Include",
    period: "Awarded",
    periods: {
      "": "At any time",
      "previous-day": "The day before each run",
      "previous-week": "The week before each run",
      "previous-month": "The month before each run",
    },
    rhythm: "How often",
    rhythms: { daily: "Every day", weekly: "Every week", monthly: "Every month" },
    weekday: "On",
    dayOfMonth: "On day",
    last28: "Last",
    time: "At",
    timeZone: "Time zone",
    status: { active: "Active", paused: "Paused", stopped: "Stopped" },
    pause: "Pause",
    resume: "Resume",
    remove: "Delete",
    /** @type {(name: string) => string} */
    removeTitle: (name) => `Delete the schedule “${name}”?`,
    removeText: "It will not run again. Existing exports are kept.",
    /** @type {(name: string) => string} */
    made: (name) => `Schedule “${name}” created.`,
    /** @type {(email: string) => string} */
    by: (email) => `by ${email}`,
    /** @type {(distance: string, succeeded: boolean) => string} */
    last: (distance, succeeded) => (succeeded ? `last run ${distance}` : `last run ${distance}, no export created`),
    /** @type {(time: string, distance: string) => string} */
    next: (time, distance) => `Next run: ${time}, ${distance} (your time)`,
    /** @type {(schedule: ScheduleDocument) => string} */
    what: ({ export: { kind, ...chosen }, period }) => {
      const ticked = chosenWords(chosen);
      const when =
        period &&
        {
          "previous-day": "from the previous day",
          "previous-week": "from the previous week",
          "previous-month": "from the previous month",
        }[period];
      return [`${kindName(String(kind))} export`, when, ticked.length ? `with ${ticked.join(", ")}` : ""]
        .filter(Boolean)
        .join(" ");
    },
    /** @type {(schedule: ScheduleDocument, expires: Bounds) => string} */
    shape: ({ export: { kind, ...chosen } }, expires) =>
      capitalized([...dateWords("expires ", expires), ...shapeWords(chosen)].join(", ")),
    /** @type {(sentence: string, zone: string, own: string) => string} */
    when: (sentence, zone, own) => (zone === own ? sentence : `${sentence} (${zone.replaceAll("_", " ")})`),
    /** @type {(time: string) => string} */
    daily: (time) => `Every day at ${time}`,
    /** @type {(weekday: string, time: string) => string} */
    weekly: (weekday, time) => `Every ${weekday} at ${time}`,
    /** @type {(day: string, time: string) => string} */
    monthly: (day, time) => `On day ${day} of every month at ${time}`,
    /** @type {(time: string) => string} */
    lastDay: (time) => `On the last day of every month at ${time}`,
    /** @type {(count: number, text: string, unit: string) => string} */
    every: (count, text, unit) => (count === 1 ? `Every ${unit}` : `Every ${text} ${unit}s`),
  },
};
