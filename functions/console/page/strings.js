/** All texts of the page, in English. Another language needs another file like this one. */

/**
 * @import { ExportDocument, ImageResyncDocument, ScheduleDocument, SourceDocument } from "./api-types.d.ts"
 * @import { ExportKind, OptionName } from "./export-kinds.js"
 */

/** @typedef {{after?: string, before?: string}} Bounds dates or times, in words */

const LANGUAGE = "en";

/** @type {<T>(count: number, one: T, many: T) => T} */
const plural = (count, one, many) => (count === 1 ? one : many);

/** @type {Record<ExportKind, string>} */
const kinds = {
  awards: "Awards",
  issuer: "Issuer",
  badges: "Badges",
  groups: "Groups",
  "group-badges": "Group badges",
  "learner-progress": "Learner progress",
  "badge-class": "Badge",
};

/** @type {(kind: string) => string} */
const kindName = (kind) => /** @type {Record<string, string>} */ (kinds)[kind] ?? kind;

/** @type {Record<OptionName, {label: string, said?: string, hint?: string}>} */
const options = {
  includeBadgeClasses: { label: "Badge classes" },
  includeAssertions: { label: "Include assertions", said: "Assertions", hint: "Every award, with its recipient" },
  includeRecipientGroups: { label: "Recipient groups" },
  includePathways: { label: "Pathways" },
  embedImages: {
    label: "Embed images",
    said: "Embedded images",
    hint: "Store images in the file instead of linking to them",
  },
  compress: { label: "Compress", said: "Compressed", hint: "As a ZIP file" },
  includeArchived: { label: "Archived groups" },
  includeCreation: { label: "Creation method", hint: "With LMS course ID and deep link" },
  includeExpiration: { label: "Expiration method" },
  includeStaff: { label: "Staff members" },
};

/**
 * The names of selected options, as listed for an export.
 * @type {(chosen: Record<string, unknown>) => string[]}
 */
const chosenWords = (chosen) =>
  /** @type {OptionName[]} */ (Object.keys(options))
    .filter((name) => chosen[name])
    .map((name) => options[name].said ?? options[name].label);

const statuses = { active: "Active", expired: "Expired", revoked: "Revoked" };

/** @type {(items: unknown[]) => string} */
const listed = (items) => new Intl.ListFormat(LANGUAGE, { type: "conjunction" }).format(items.map(String));

/**
 * Name the filters and columns of a table.
 * @type {(chosen: ExportDocument["options"]) => string[]}
 */
const shapeWords = ({ status, badgeClassIds, columns }) => [
  ...(Array.isArray(status) ? [`only ${listed(status)}`] : []),
  ...(Array.isArray(badgeClassIds)
    ? [`${badgeClassIds.length} ${plural(badgeClassIds.length, "badge", "badges")}`]
    : []),
  ...(Array.isArray(columns) ? [`${columns.length} ${plural(columns.length, "column", "columns")}`] : []),
];

/** @type {(word: string, bounds: Bounds) => string[]} */
const dateWords = (word, { after, before }) => {
  const said = [after && `after ${after}`, before && `before ${before}`].filter(Boolean);
  return said.length ? [`${word}${said.join(", ")}`] : [];
};

/** @type {(text: string) => string} */
const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @type {Record<string, [one: string, many: string] | undefined>} */
const rowWords = {
  awards: ["award", "awards"],
  badges: ["badge", "badges"],
  groups: ["group", "groups"],
  "learner-progress": ["learner", "learners"],
};

export const strings = {
  language: LANGUAGE,
  product: "Badge Data Management",
  dashboard: "Dashboard",
  issuer: "Issuer",
  issuers: "Issuers",
  badge: "Badge",
  badges: "Badges",
  about: "About this badge",
  publicPage: "View public page",
  noIssuers: "This organization has no issuers yet.",
  noBadges: "This issuer has no badges yet.",
  skip: "Skip to content",
  signOut: "Sign out",
  cancel: "Cancel",
  dismiss: "Dismiss",
  tryAgain: "Try again",
  reset: "Reset",
  showMore: "Show more",
  trail: "Where you are",
  /** @type {(name: string) => string} */
  tabsLabel: (name) => `Views of ${name}`,
  notLoaded: "Couldn't load this page",
  /** @type {(reason: string) => string} */
  notStarted: (reason) => `The page couldn't start (${reason}). Check your connection, then reload the page.`,
  tabs: {
    organization: { overview: "Issuers", "data-management": "Data management" },
    issuer: { overview: "Badges", "data-management": "Data management" },
    badge: { overview: "About", "data-management": "Data management" },
  },
  roles: {
    admin: "You are an admin",
    owner: "You are an owner",
    editor: "You are an editor",
    staff: "You are a staff member",
  },
  nowhere: {
    title: "Page not found",
    text: "This page doesn't exist, or you don't have access to it. For access, contact an admin of your organization.",
    home: "Go to your organizations",
  },
  home: {
    short: "Home",
    title: "Your organizations",
    dashboard: "Open dashboard",
    /** @type {(email: string) => string} */
    none: (email) =>
      `${email} has no role on any organization or issuer yet. Ask an admin of your organization to add you.`,
  },
  problems: {
    unreachable: "The platform can't be reached. Check your connection, then try again.",
    /** @type {(status: number) => string} */
    unexpected: (status) => `The platform returned an unexpected response (${status}). Try again in a minute.`,
  },
  userPoolErrors: {
    "Incorrect username or password.": "The e-mail address or password is incorrect.",
    UserNotFoundException: "The e-mail address or password is incorrect.",
    CodeMismatchException: "This code is incorrect. Check it, or wait for the next one.",
    ExpiredCodeException: "This code has expired. Go back and request a new one.",
    EnableSoftwareTokenMFAException:
      "This code is incorrect. Check that the app's clock is right, then enter the next code.",
    LimitExceededException: "Too many attempts. Wait a few minutes, then try again.",
    TooManyRequestsException: "Too many attempts. Wait a few minutes, then try again.",
    PasswordResetRequiredException: "Your password must be reset. Select “Forgot your password?” below.",
    UserNotConfirmedException: "This account isn't confirmed yet. Contact an admin of your organization.",
    Unreachable: "The sign-in service can't be reached. Check your connection, then try again.",
    other: "Something went wrong. Try again in a minute.",
  },
  signIn: {
    lead: "Export your badge data, and keep your badges up to date.",
    email: "E-mail address",
    password: "Password",
    action: "Sign in",
    continue: "Continue",
    actions: {
      password: "Sign in",
      reset: "Send code",
      "reset-code": "Set password and sign in",
      NEW_PASSWORD_REQUIRED: "Set password and sign in",
    },
    forgot: "Forgot your password?",
    back: "Back to sign-in",
    ended: "Your session has ended",
    endedText: "Sign in again to continue. You won't lose anything you've typed.",
    someoneElse: "Sign out instead",
    popupBlocked: "Your browser blocked the sign-in window. Allow pop-ups for this page, then try again.",
    closeWindow: "You are signed in. Close this window and continue in the other one.",
    notFinished: "Sign-in wasn't completed. Try again.",
    newPasswordText: "You signed in with a temporary password. Choose one of your own.",
    newPassword: "New password",
    passwordRules: "At least 12 characters, with uppercase and lowercase letters and a digit",
    code: "Code",
    codeRules: "Digits only",
    authenticatorCode: "Enter the code that your authenticator app shows.",
    /** @type {(to: string | undefined) => string} */
    smsCode: (to) => `Enter the code that was sent to ${to ?? "your phone"}.`,
    /** @type {(to: string | undefined) => string} */
    emailCode: (to) => `Enter the code that was sent to ${to ?? "your e-mail address"}.`,
    wayOfCode: "How do you want to get your code?",
    ways: { SOFTWARE_TOKEN_MFA: "From my authenticator app", SMS_MFA: "By text message", EMAIL_OTP: "By e-mail" },
    setup: "Your organization requires two-step sign-in. Add this key to an authenticator app (as a time-based code):",
    setupCode: "Then enter the code that the app shows.",
    resetText: "A code to set a new password will be sent to your e-mail address.",
    /** @type {(email: string) => string} */
    resetCode: (email) => `If ${email} has an account, a code has been sent to it.`,
    /** @type {(name: string) => string} */
    unknownChallenge: (name) =>
      `This account requires a sign-in step that this page doesn't support (${name}). Contact an admin of your organization.`,
  },
  freePlan: {
    title: "Data management is part of the paid plan",
    text: "This organization is on the free plan. With the paid plan you can:",
    what: [
      "download all awards as a CSV file or an Excel workbook, for any dates",
      "export issuers, badges, groups and learner progress",
      "run exports on a schedule",
      "replace a badge with a newer version from any Open Badges platform",
    ],
    how: "To change the plan, contact your platform's team.",
  },
  kinds,
  options,
  awards: {
    title: "Award export",
    text: {
      organization:
        "Download the awards of all issuers of this organization. Leave the dates empty to include all awards.",
      issuer: "Download this issuer's awards. Leave the dates empty to include all awards.",
    },
    /** @type {(zone: string) => string} */
    days: (zone) => `Both days are included, in your time zone (${zone.replaceAll("_", " ")}).`,
    wrongWayRound: "“Awarded after” must not be later than “Awarded before”.",
    wholeDate: "Enter the full date: day, month, and year.",
    actions: { csv: "Download CSV", xlsx: "Download Excel workbook" },
    /** @type {(count: number, text: string, isUpperLimit: boolean) => string} */
    count: (count, text, isUpperLimit) =>
      count === 0 ? "No awards" : `${isUpperLimit ? "Up to " : ""}${text} ${plural(count, "award", "awards")}`,
  },
  dates: {
    awardedAfter: "Awarded after",
    awardedBefore: "Awarded before",
    expiresAfter: "Expires after",
    expiresBefore: "Expires before",
  },
  filters: {
    title: "Status and expiration",
    /** @type {(hasExpiry: boolean, statuses: string[]) => string} */
    note: (hasExpiry, chosen) =>
      capitalized(
        [...(chosen.length ? [listed(chosen)] : []), ...(hasExpiry ? ["expiration dates"] : [])].join(", "),
      ) || "All",
    expiryHint: "If you set either date, awards that don't expire are omitted.",
    wrongWayRound: "“Expires after” must not be later than “Expires before”.",
    status: "Status",
    statuses,
    noStatus: "Select at least one status.",
    allBadges: "All badges",
    /** @type {(count: number, text: string) => string} */
    badgesChosen: (count, text) => `${text} ${plural(count, "badge", "badges")}`,
    search: "Search badges",
    /** @type {(count: number, text: string, isSearching: boolean) => string} */
    found: (count, text, isSearching) =>
      isSearching
        ? "Searching…"
        : count === 0
          ? "No badge name contains this text."
          : `${text} ${plural(count, "badge", "badges")} found`,
    /** @type {(text: string) => string} */
    moreFound: (text) => `Only the first ${text} badges are shown. Search to find others.`,
    /** @type {(most: number) => string} */
    tooManyBadges: (most) => `Select at most ${most} badges, or none to include all.`,
  },
  file: {
    format: "File type",
    formats: { csv: "CSV", xlsx: "Excel workbook" },
    separator: "Separator",
    separators: { comma: "Comma", semicolon: "Semicolon (Excel in many European languages)", tab: "Tab" },
  },
  columns: {
    title: "Columns",
    legend: "Columns in the file, in this order",
    default: "Default columns",
    own: "Columns selected",
    /** @type {(count: number, text: string) => string} */
    chosen: (count, text) => `${text} ${plural(count, "column", "columns")}`,
    none: "Select at least one column.",
    /** @type {(name: string) => string} */
    up: (name) => `Move ${name} up`,
    /** @type {(name: string) => string} */
    down: (name) => `Move ${name} down`,
    /** @type {(name: string, position: string, count: string) => string} */
    moved: (name, position, count) => `${name} is now at position ${position} of ${count}.`,
  },
  firstRows: {
    show: "Show first rows",
    hide: "Hide first rows",
    /** @type {(count: number, text: string, expected: string | undefined) => string} */
    caption: (count, text, expected) => {
      if (count === 0) return "No rows found";
      if (text === expected) return `${text} ${plural(count, "row", "rows")}`;
      const first = count === 1 ? "First row" : `First ${text} rows`;
      return expected ? `${first} of ${expected}` : first;
    },
  },
  issuerExport: {
    title: "Issuer export",
    text: "Download this issuer as an Open Badges JSON file. Another deployment can load it.",
    include: "Include",
    action: "Export issuer",
  },
  badgesExport: {
    title: "Badges export",
    text: "Download a table of the badges, with their tags and the number of awards of each.",
    action: "Export badges",
  },
  badgeExport: {
    title: "Badge export",
    text: "Download this badge as an Open Badges JSON file.",
    include: "Include",
    action: "Export badge",
  },
  groups: {
    title: "Groups",
    text: {
      organization: "Download the recipient groups of all issuers, their badges and pathways, and learner progress.",
      issuer: "Download the recipient groups, their badges and pathways, and learner progress.",
    },
    include: "Include",
    columnsChosen: "“Archived groups” applies to all three files. You selected the columns of the groups file below.",
    shape: "Columns and first rows",
    shaped: "File",
    archivedForAll: "“Archived groups” applies to all three files; the other options apply to “Export groups” only.",
    actions: {
      groups: "Export groups",
      "group-badges": "Export group badges",
      "learner-progress": "Export learner progress",
    },
  },
  exports: {
    heading: "Exports",
    none: "No exports yet. The exports that you request appear here.",
    asking: "Requesting…",
    /** @type {(exported: Pick<ExportDocument, "kind">) => string} */
    title: ({ kind }) => `${kindName(kind)} export`,
    status: {
      queued: "Waiting",
      running: "Running",
      succeeded: "Ready",
      failed: "Failed",
      cancelled: "Cancelled",
      expired: "Expired",
    },
    /** @type {(status: ExportDocument["status"], rows: string, expected: string | undefined) => string} */
    progress: (status, rows, expected) =>
      status === "queued" ? "Waiting to start" : expected ? `${rows} of ${expected} rows` : `${rows} rows so far`,
    /** @type {(exported: ExportDocument) => string | undefined} */
    ended: ({ status, error }) =>
      ({
        queued: undefined,
        running: undefined,
        succeeded: "Your download has started.",
        failed: error?.message,
        cancelled: "No file was created.",
        expired: "The file has been deleted.",
      })[status],
    /** @type {(kind: string, count: number, text: string) => string} */
    rows: (kind, count, text) => `${text} ${plural(count, ...(rowWords[kind] ?? ["row", "rows"]))}`,
    /** @type {(count: number, text: string) => string} */
    truncated: (count, text) => `${text} ${plural(count, "cell", "cells")} shortened`,
    /**
     * Name the type of a file: "CSV, semicolons".
     * @type {(kind: string, chosen: ExportDocument["options"]) => string}
     */
    fileType: (kind, { format, separator }) => {
      if (kind === "issuer" || kind === "badge-class") return "JSON";
      if (format === "xlsx") return "Excel workbook";
      return separator === "semicolon" ? "CSV, semicolons" : separator === "tab" ? "CSV, tabs" : "CSV";
    },
    /** @type {(kind: string, chosen: ExportDocument["options"], dates: {awarded: Bounds, expires: Bounds}) => string} */
    options: (kind, chosen, { awarded, expires }) => {
      const dates = [...dateWords("", awarded), ...dateWords("expires ", expires)];
      const said = [...dates, ...shapeWords(chosen), ...chosenWords(chosen)].join(", ");
      return said ? capitalized(said) : kind === "awards" ? "All dates" : "";
    },
    bySchedule: "by a schedule",
    /** @type {(distance: string) => string} */
    expires: (distance) => `expires ${distance}`,
    download: "Download",
    downloadAgain: "Download again",
    cancel: "Cancel",
    remove: "Delete",
    removeTitle: "Delete this file?",
    /** @type {(name: string) => string} */
    removeText: (name) =>
      `${name} will be deleted immediately, for everyone. You can request a new export at any time.`,
    /** @type {(name: string) => string} */
    ready: (name) => `${name} is ready. Your download has started.`,
    /** @type {(name: string, reason: string | undefined) => string} */
    failed: (name, reason) => `${name} failed. ${reason ?? ""}`,
    /** @type {(name: string) => string} */
    wasCancelled: (name) => `${name} was cancelled.`,
    noFile: {
      queued: "This export has no file yet.",
      running: "This export has no file yet.",
      failed: "This export failed and has no file.",
      cancelled: "This export was cancelled and has no file.",
      expired: "This export's file has been deleted. Request a new export.",
    },
  },
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
  replace: {
    title: "Replace this badge",
    text: "Overwrite this badge with a newer version from any Open Badges platform. You can compare the two before anything changes.",
    history: "Replacements",
    never: "This badge hasn't been replaced yet.",
    from: "Get the new badge from",
    ways: { image: "Image", url: "Web address", json: "JSON" },
    image: "Badge image",
    imageHint: "A PNG or SVG of an awarded badge with embedded badge data (up to 4 MB). Choose, drop, or paste it.",
    /** @type {(name: string, size: string) => string} */
    chosen: (name, size) => `${name}, ${size}`,
    /** @type {(size: string, most: string) => string} */
    tooLarge: (size, most) => `This image is ${size}. The maximum is ${most}.`,
    url: "Web address of the badge",
    urlHint: "The public address of an awarded badge, a badge class, or a badge image",
    json: "JSON of an awarded badge",
    jsonHint: "An assertion, a credential or a badge class, of Open Badges 0.5 to 3.0",
    missing: { image: "Choose an image.", url: "Enter a web address.", json: "Paste the JSON." },
    continue: "Continue",
    preview: "Preview",
    /** @type {(source: SourceDocument) => string} */
    readFrom: ({ kind, openBadgesVersion, assertionId }) =>
      `Read from ${{ image: "an image", url: "a web address", json: "JSON" }[kind]}, Open Badges ${openBadgesVersion}${assertionId ? ` (${assertionId})` : ""}`,
    warnings: "Before you replace the badge, check:",
    parts: {
      image: "Image",
      name: "Name",
      description: "Description",
      criteria: "Criteria",
      alignment: "Alignment",
      tags: "Tags",
    },
    changes: "Changes",
    stays: "Unchanged",
    current: "Current",
    proposed: "Proposed",
    nothing: "None",
    /** @type {(side: string) => string} */
    pictureOf: (side) => `${side} image`,
    nothingChanges: "The new badge is identical to the current one.",
    noWayBack: "This can't be undone.",
    noWayBackText:
      "The current badge is overwritten permanently. Awards already issued are kept: they show the new text immediately, and their images follow.",
    confirm: "Replace badge",
    startOver: "Start over",
    /** @type {(name: string) => string} */
    done: (name) => `The badge is now “${name}”.`,
    earlier: "All replacements",
    lookAgain: "Show preview",
    status: { previewed: "Not confirmed", replaced: "Replaced", cancelled: "Cancelled", expired: "Expired" },
  },
  resync: {
    title: "Images of awarded badges",
    status: { "in-progress": "In progress", complete: "Complete", overdue: "Overdue" },
    counting: "Counting awarded badges…",
    noAwards: "This badge hasn't been awarded yet, so there are no images to refresh.",
    /** @type {(refreshed: string, total: string) => string} */
    refreshed: (refreshed, total) => `${refreshed} of ${total} images refreshed`,
    /** @type {(day: string, distance: string) => string} */
    window: (day, distance) => `Failed images are retried until ${day} (${distance}).`,
    /** @type {(count: number, text: string, status: ImageResyncDocument["status"]) => string} */
    failed: (count, text, status) =>
      status === "overdue"
        ? `${text} ${plural(count, "image", "images")} could not be refreshed:`
        : `${text} ${plural(count, "image has", "images have")} failed so far and will be retried:`,
    /** @type {(count: string, day: string) => string} */
    overdue: (count, day) =>
      `${count} images were not refreshed by ${day}. They still show the old image; nothing else is wrong with these awards.`,
    which: "Details",
    /** @type {(count: string, next: string | undefined) => string} */
    tries: (count, next) => (next ? `Attempts: ${count}, next ${next}` : `Attempts: ${count}`),
    contact: "Contact:",
  },
};
