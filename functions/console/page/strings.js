/** Everything that the page says, in English; another language is another file like this one. */

/**
 * @import { ExportDocument, ImageResyncDocument, ScheduleDocument, SourceDocument } from "./api-types.d.ts"
 * @import { ExportKind, OptionName } from "./export-kinds.js"
 */

/** @type {<T>(count: number, one: T, many: T) => T} */
const plural = (count, one, many) => (count === 1 ? one : many);

/** @type {Record<ExportKind, string>} */
const kinds = {
  awards: "Awards",
  issuer: "Issuer",
  groups: "Groups",
  "group-badges": "Group badges",
  "learner-progress": "Learners progress",
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
    hint: "The pictures themselves, rather than their addresses",
  },
  compress: { label: "Compress", said: "Compressed", hint: "As a ZIP file" },
  includeArchived: { label: "Archived groups" },
  includeCreation: { label: "Creation method", hint: "With LMS course id and deep link" },
  includeExpiration: { label: "Expiration method" },
  includeStaff: { label: "Staff members" },
};

/**
 * Name the options that were chosen, as they stand in a list of what was.
 * @type {(chosen: Record<string, unknown>) => string[]}
 */
const chosenWords = (chosen) =>
  /** @type {OptionName[]} */ (Object.keys(options))
    .filter((name) => chosen[name])
    .map((name) => options[name].said ?? options[name].label);

/** @type {Record<string, [one: string, many: string] | undefined>} */
const rowWords = {
  awards: ["award", "awards"],
  groups: ["group", "groups"],
  "learner-progress": ["learner", "learners"],
};

export const strings = {
  language: "en",
  product: "Badge Data Management",
  dashboard: "Dashboard",
  issuer: "Issuer",
  issuers: "Issuers",
  badge: "Badge",
  badges: "Badges",
  about: "About this badge",
  publicPage: "Its public page",
  noIssuers: "This organization has no issuers yet.",
  noBadges: "This issuer has no badges yet.",
  skip: "Skip to content",
  signOut: "Sign out",
  cancel: "Cancel",
  dismiss: "Dismiss",
  tryAgain: "Try again",
  showMore: "Show more",
  trail: "Where you are",
  /** @type {(name: string) => string} */
  tabsLabel: (name) => `Views of ${name}`,
  notLoaded: "This could not be loaded",
  /** @type {(reason: string) => string} */
  notStarted: (reason) => `The page could not start (${reason}). Check your connection, then reload it.`,
  tabs: {
    organization: { overview: "Issuers", "data-management": "Data management" },
    issuer: { overview: "Badges", "data-management": "Data management" },
    badge: { overview: "About", "data-management": "Data management" },
  },
  roles: {
    admin: "You are an admin",
    owner: "You are an owner",
    editor: "You are an editor",
    staff: "You are on its staff",
  },
  nowhere: {
    title: "Nothing to see here",
    text: "There is nothing at this address that you have a role on. Ask an admin of the organization if you expected something.",
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
    unexpected: (status) =>
      `The platform answered in a way that this page doesn't know (${status}). Try again in a minute.`,
  },
  userPoolErrors: {
    "Incorrect username or password.": "The e-mail address or the password is wrong.",
    UserNotFoundException: "The e-mail address or the password is wrong.",
    CodeMismatchException: "This code is not right. Check it, or wait for the next one.",
    ExpiredCodeException: "This code is too old. Go back, and have a new one sent.",
    EnableSoftwareTokenMFAException:
      "This code is not right. Check that the app's clock is right, and try the next code.",
    LimitExceededException: "Too many tries. Wait a few minutes, then try again.",
    TooManyRequestsException: "Too many tries. Wait a few minutes, then try again.",
    PasswordResetRequiredException: "Your password has to be set anew. Choose “Forgot your password?” below.",
    UserNotConfirmedException: "This account isn't confirmed yet. Ask an admin of your organization.",
    Unreachable: "The sign-in service can't be reached. Check your connection, then try again.",
    other: "That did not work. Try again in a minute.",
  },
  signIn: {
    lead: "Get your badge data out, and keep your badges up to date.",
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
    endedText: "Sign in again to go on. Nothing that you typed is lost.",
    someoneElse: "Sign out instead",
    popupBlocked: "The browser kept the sign-in window shut. Allow pop-ups for this page, then try again.",
    closeWindow: "You are signed in. Close this window, and go on in the other one.",
    notFinished: "The sign-in was not finished. Try again.",
    newPasswordText: "Your password was given to you by someone else. Choose one of your own.",
    newPassword: "New password",
    passwordRules: "At least 12 characters, with upper and lower case letters and a digit",
    code: "Code",
    codeRules: "Only digits",
    authenticatorCode: "Enter the code that your authenticator app shows.",
    /** @type {(to: string | undefined) => string} */
    smsCode: (to) => `Enter the code that was sent to ${to ?? "your phone"}.`,
    /** @type {(to: string | undefined) => string} */
    emailCode: (to) => `Enter the code that was sent to ${to ?? "your e-mail address"}.`,
    wayOfCode: "How do you want to get your code?",
    ways: { SOFTWARE_TOKEN_MFA: "From my authenticator app", SMS_MFA: "By text message", EMAIL_OTP: "By e-mail" },
    setup: "Your organization asks for a second step. Add this key to an authenticator app (as a time-based code):",
    setupCode: "Then enter the code that the app shows.",
    resetText: "A code to set a new password will be sent to your e-mail address.",
    /** @type {(email: string) => string} */
    resetCode: (email) => `If ${email} has an account, a code is on its way there.`,
    /** @type {(name: string) => string} */
    unknownChallenge: (name) =>
      `The sign-in service asks for something that this page can't do (${name}). Ask an admin of your organization.`,
  },
  freePlan: {
    title: "Data management is part of the paid plan",
    text: "This organization is on the free plan. With the paid plan you can:",
    what: [
      "download all awards as a CSV file, for any dates",
      "export issuers, badges, groups and learners' progress",
      "have exports made for you on a schedule",
      "replace a badge with a newer one from any Open Badges platform",
    ],
    how: "To change the plan, talk to your platform's team.",
  },
  kinds,
  options,
  awards: {
    title: "Award export",
    text: {
      organization:
        "A CSV file of all awards of all issuers of this organization. Leave the dates empty for every award.",
      issuer: "A CSV file of all awards to all recipients. Leave the dates empty for every award.",
    },
    after: "Awarded after",
    before: "Awarded before",
    /** @type {(zone: string) => string} */
    days: (zone) => `Both days included, in your time zone (${zone.replaceAll("_", " ")}).`,
    wrongWayRound: "This day is after the one at “Awarded before”, so there is nothing between them. Swap them.",
    wholeDate: "Give the whole date: day, month and year.",
    action: "Download CSV",
  },
  issuerExport: {
    title: "Issuer export",
    text: "A JSON file of this issuer, as Open Badges; another deployment can load it.",
    include: "Include",
    action: "Export issuer",
  },
  badgeExport: {
    title: "Badge export",
    text: "A JSON file of this badge, as Open Badges.",
    include: "Include",
    action: "Export badge",
  },
  groups: {
    title: "Groups",
    text: "CSV files of recipient groups: what they are, what they work toward, and how far their learners are.",
    include: "Include",
    archivedForAll: "Archived groups goes for all three files, the other options for the groups.",
    actions: {
      groups: "Export groups",
      "group-badges": "Export badges",
      "learner-progress": "Export learners progress",
    },
  },
  exports: {
    heading: "Exports",
    none: "No exports yet. What you ask for shows up here.",
    asking: "Asking for it",
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
        cancelled: "It left no file.",
        expired: "Its file is gone.",
      })[status],
    /** @type {(kind: string, count: number, text: string) => string} */
    rows: (kind, count, text) => `${text} ${plural(count, ...(rowWords[kind] ?? ["row", "rows"]))}`,
    /** @type {(kind: string, chosen: ExportDocument["options"], dates: {after?: string, before?: string}) => string} */
    options: (kind, chosen, { after, before }) => {
      const dates = [after && `after ${after}`, before && `before ${before}`];
      const said = [...dates.filter(Boolean), ...chosenWords(chosen)].join(", ");
      return said ? said.charAt(0).toUpperCase() + said.slice(1) : kind === "awards" ? "All dates" : "";
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
    removeText: (name) => `${name} is deleted at once, for everyone. You can ask for a new export at any time.`,
    /** @type {(name: string) => string} */
    ready: (name) => `${name} is ready. Your download has started.`,
    /** @type {(name: string, reason: string | undefined) => string} */
    failed: (name, reason) => `${name} failed. ${reason ?? ""}`,
    /** @type {(name: string) => string} */
    wasCancelled: (name) => `${name} was cancelled.`,
    noFile: {
      queued: "This export has no file yet.",
      running: "This export has no file yet.",
      failed: "This export failed, and has no file.",
      cancelled: "This export was cancelled, and has no file.",
      expired: "This export's file has been deleted. Ask for a new export.",
    },
  },
  schedules: {
    title: "Schedules",
    text: "Exports that are made for you, again and again. Each run shows up in the list of exports.",
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
    removeText: "It runs no more. The exports that it made stay.",
    /** @type {(name: string) => string} */
    made: (name) => `The schedule “${name}” is on.`,
    /** @type {(email: string) => string} */
    by: (email) => `by ${email}`,
    /** @type {(distance: string, succeeded: boolean) => string} */
    last: (distance, succeeded) => (succeeded ? `last run ${distance}` : `last run ${distance}, which made no export`),
    /** @type {(time: string, distance: string) => string} */
    next: (time, distance) => `Next run: ${time}, ${distance} (your time)`,
    /** @type {(schedule: ScheduleDocument) => string} */
    what: ({ export: { kind, ...chosen }, period }) => {
      const ticked = chosenWords(chosen);
      const when =
        period &&
        {
          "previous-day": "of the day before",
          "previous-week": "of the week before",
          "previous-month": "of the month before",
        }[period];
      return [`${kindName(String(kind))} export`, when, ticked.length ? `with ${ticked.join(", ")}` : ""]
        .filter(Boolean)
        .join(" ");
    },
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
    text: "Overwrite this badge with a newer one from any Open Badges platform. You see both before anything changes.",
    history: "Replacements",
    never: "This badge was never replaced.",
    from: "Where is the new badge?",
    ways: { image: "Image", url: "Web address", json: "JSON" },
    image: "Badge image",
    imageHint: "An awarded badge as PNG or SVG, with its data inside. Choose, drop or paste it; at most 4 MB.",
    /** @type {(name: string, size: string) => string} */
    chosen: (name, size) => `${name}, ${size}`,
    /** @type {(size: string, most: string) => string} */
    tooLarge: (size, most) => `This image has ${size}; at most ${most} can be read.`,
    url: "Web address of the badge",
    urlHint: "The public address of an awarded badge, a badge class, or a badge image",
    json: "JSON of an awarded badge",
    jsonHint: "An assertion, a credential or a badge class, of Open Badges 1.0 to 3.0",
    missing: { image: "Choose an image first.", url: "Give the address first.", json: "Paste the JSON first." },
    continue: "Continue",
    preview: "Look before you replace",
    /** @type {(source: SourceDocument) => string} */
    readFrom: ({ kind, openBadgesVersion, assertionId }) =>
      `Read from ${{ image: "an image", url: "a web address", json: "JSON" }[kind]}, Open Badges ${openBadgesVersion}${assertionId ? ` (${assertionId})` : ""}`,
    warnings: "Check these first:",
    parts: {
      image: "Picture",
      name: "Name",
      description: "Description",
      criteria: "Criteria",
      alignment: "Alignment",
      tags: "Tags",
    },
    changes: "Changes",
    stays: "Stays",
    current: "Current",
    proposed: "Proposed",
    nothing: "Nothing",
    /** @type {(side: string) => string} */
    pictureOf: (side) => `${side} picture`,
    nothingChanges: "The new badge is just like the current one.",
    noWayBack: "There is no way back.",
    noWayBackText:
      "What this badge is now is overwritten for good. Badges awarded before show the new text at once, and their images follow.",
    confirm: "Replace badge",
    startOver: "Start over",
    /** @type {(name: string) => string} */
    done: (name) => `The badge is now “${name}”.`,
    earlier: "All replacements",
    lookAgain: "Look again",
    status: { previewed: "Not confirmed", replaced: "Replaced", cancelled: "Cancelled", expired: "Expired" },
  },
  resync: {
    title: "Images of awarded badges",
    status: { "in-progress": "In progress", complete: "Complete", overdue: "Overdue" },
    counting: "Counting the awarded badges",
    noAwards: "This badge was not awarded yet, so there is nothing to refresh.",
    /** @type {(refreshed: string, total: string) => string} */
    refreshed: (refreshed, total) => `${refreshed} of ${total} images refreshed`,
    /** @type {(day: string, distance: string) => string} */
    window: (day, distance) => `What fails is tried again until ${day} (${distance}).`,
    /** @type {(count: number, text: string, status: ImageResyncDocument["status"]) => string} */
    failed: (count, text, status) =>
      status === "overdue"
        ? `${text} could not be refreshed:`
        : `${text} ${plural(count, "has", "have")} failed so far, and will be tried again:`,
    /** @type {(count: string, day: string) => string} */
    overdue: (count, day) =>
      `${count} images were not refreshed by ${day}. They still show the old picture; nothing else is wrong with these awards.`,
    which: "Which, and why",
    /** @type {(count: string, next: string | undefined) => string} */
    tries: (count, next) => (next ? `${count} tries, next ${next}` : `${count} tries`),
    contact: "Who can help:",
  },
};
