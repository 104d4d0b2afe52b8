/** The text about schedules. */

/**
 * @import { ScheduleDocument } from "../api/api-types.d.ts"
 * @import { Bounds } from "../exports/strings.js"
 */

import { chosenWords, dateWords, kindName, shapeWords } from "../exports/strings.js";
import { capitalized, listed } from "../shared/sentences.js";

/** @type {Record<Intl.LDMLPluralRule, string>} */
const ENDINGS = { one: "st", two: "nd", few: "rd", other: "th", zero: "th", many: "th" };
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });
/** @type {(number: number) => string} */
const ordinal = (number) => `${number}${ENDINGS[ordinals.select(number)]}`;

const PERIODS = {
  "previous-day": "previous day",
  "previous-week": "previous week",
  "previous-month": "previous month",
};

/**
 * Return a label for use within a sentence. "ZIP" stays in capitals.
 * @type {(label: string) => string}
 */
const within = (label) => (/^[A-Z]{2}/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1));

const ALL_AGAIN = "Every run exports all awards again.";

export const scheduleStrings = {
  schedules: {
    title: "Schedules",
    text: "Run exports automatically. Each file appears in the exports list.",
    none: "No schedules yet.",
    viewOnly: "Admins, owners, and editors can create, change, and run schedules.",
    make: "New schedule",
    /** @type {(name: string) => string} */
    editTitle: (name) => `Edit “${name}”`,
    create: "Create schedule",
    save: "Save changes",
    name: "Name",
    noName: "Enter a name.",
    kind: "What to export",
    options: "Include in the scheduled export",
    rhythm: "How often",
    rhythms: { daily: "Daily", weekly: "Weekly", monthly: "Monthly" },
    weekday: "On",
    dayOfMonth: "On day",
    lastOfMonth: "Last",
    time: "At",
    noTime: "Choose a time.",
    timeZone: "Time zone",
    noTimeZone: "Choose a time zone from the list.",
    period: "Awards to include",
    periods: {
      "previous-day": "Previous day",
      "previous-week": "Previous week (Mon–Sun)",
      "previous-month": "Previous month",
      all: "All",
    },
    /** @type {(bounds: Bounds) => string} */
    fixedDates: (bounds) => `Fixed dates (${dateWords("", bounds).join(", ")})`,
    mismatches: {
      daily: {
        "previous-day": undefined,
        "previous-week": "Every award is exported seven times.",
        "previous-month": "Every award is exported about 30 times.",
        all: ALL_AGAIN,
      },
      weekly: {
        "previous-day": "Awards from six days of each week are never exported.",
        "previous-week": undefined,
        "previous-month": "Every award is exported four or five times.",
        all: ALL_AGAIN,
      },
      monthly: {
        "previous-day": "Only the awards from one day of each month are exported.",
        "previous-week": "Awards from about three weeks of each month are never exported.",
        "previous-month": undefined,
        all: ALL_AGAIN,
      },
    },
    /** @type {(period: keyof typeof PERIODS) => string} */
    changeTo: (period) => `Use ${PERIODS[period]}`,
    /** @type {(time: string) => string} */
    nextRun: (time) => `Next run: ${time}.`,
    /** @type {(time: string) => string} */
    nextRunIfResumed: (time) => `If you resume the schedule, its next run will be ${time}.`,
    /** @type {(status: ScheduleDocument["state"]["status"]) => string} */
    notRunning: (status) => `This schedule is ${status}.`,
    /** @type {(bounds: Bounds, isCounting: boolean) => string} */
    exportsAwards: (bounds, isCounting) => {
      const [dates] = bounds.range ? [`from ${bounds.range}`] : dateWords("", bounds);
      return `${dates ? `Awards ${dates}` : "All awards"}${isCounting ? "." : ":"}`;
    },
    /** @type {(count: number, text: string, isUpperLimit: boolean) => string} */
    soFar: (count, text, isUpperLimit) =>
      count === 0 ? "none so far" : `${isUpperLimit ? "at most " : ""}${text} so far`,
    becomesYours: "If you change anything other than the name, the schedule will run on your behalf.",
    /** @type {(name: string) => string} */
    created: (name) => `Schedule “${name}” created.`,
    /** @type {(name: string) => string} */
    saved: (name) => `Schedule “${name}” saved.`,
    /** @type {(name: string) => string} */
    copyOf: (name) => `Copy of ${name}`,
    columns: { schedule: "Schedule", runs: "Runs", next: "Next run", last: "Last run" },
    status: { active: "Active", paused: "Paused", stopped: "Stopped" },
    runNow: "Run now",
    /** @type {(name: string) => string} */
    runNamed: (name) => `Run now: ${name}`,
    /** @type {(name: string) => string} */
    started: (name) => `“${name}” is running. The file will appear in the exports list.`,
    /** @type {(name: string) => string} */
    more: (name) => `More actions for ${name}`,
    moreTitle: "More actions",
    actions: { edit: "Edit", duplicate: "Duplicate", pause: "Pause", resume: "Resume", remove: "Delete" },
    /** @type {(action: string, name: string) => string} */
    actionNamed: (action, name) => `${action} ${name}`,
    remove: "Delete",
    /** @type {(name: string) => string} */
    removeTitle: (name) => `Delete the schedule “${name}”?`,
    removeText: "The schedule will stop running. Its past exports will be kept.",
    /** @type {(email: string) => string} */
    by: (email) => `by ${email}`,
    /** @type {(bucket?: string) => string} */
    delivers: (bucket) => (bucket ? `Delivered to ${bucket}` : "Delivered to your organization's bucket"),
    noDestination: "Deliveries are on hold until an admin sets a delivery destination.",
    viewExport: "View export",
    /** @type {(name: string) => string} */
    viewExportOf: (name) => `View export from ${name}`,
    allExports: "View all exports",
    /** @type {(name: string) => string} */
    allExportsOf: (name) => `View all exports from ${name}`,
    noFile: "No file was created",
    never: "Never",
    /** @type {(time: string) => string} */
    yourTime: (time) => `${time} (your time)`,
    /** @type {(time: string, zone: string) => string} */
    timeIn: (time, zone) => `${time} in ${zone}`,
    /** @type {(schedule: ScheduleDocument) => string} */
    what: ({ export: { kind, ...chosen }, period }) => {
      const ticked = chosenWords(chosen).map(within);
      const when = period ? `, ${PERIODS[period]}` : "";
      return `${kindName(String(kind))} export${when}${ticked.length ? ` (${ticked.join(", ")})` : ""}`;
    },
    /** @type {(schedule: ScheduleDocument, dates: {awarded: Bounds, expires: Bounds}) => string} */
    shape: ({ export: { kind, ...chosen } }, { awarded, expires }) =>
      capitalized([...dateWords("", awarded), ...dateWords("expires ", expires), ...shapeWords(chosen)].join(", ")),
    daily: "Daily",
    workdays: "Monday–Friday",
    /** @type {(weekdays: string[]) => string} */
    weekly: (weekdays) => `Every ${listed(weekdays)}`,
    /** @type {(days: number[]) => string} */
    monthly: (days) => `Monthly on the ${listed(days.map(ordinal))}`,
    lastDay: "Monthly on the last day",
    /** @type {(number: number | null, weekday: string) => string} */
    nthWeekday: (number, weekday) => `Monthly on the ${number === null ? "last" : ordinal(number)} ${weekday}`,
    /** @type {(times: string[]) => string} */
    at: (times) => `at ${listed(times)}`,
    /** @type {(sentence: string, months: string[]) => string} */
    inMonths: (sentence, months) => `${sentence}, only in ${listed(months)}`,
    /** @type {(count: number, text: string, unit: string) => string} */
    every: (count, text, unit) => (count === 1 ? `Every ${unit}` : `Every ${text} ${unit}s`),
    /** @type {(expression: string) => string} */
    custom: (expression) => `Custom (${expression})`,
  },
};
