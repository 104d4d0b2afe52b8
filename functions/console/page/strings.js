/** Everything that the page says, in English; another language is another file like this one. */

const plural = (count, one, many) => (count === 1 ? one : many);

const kinds = {
  awards: "Awards",
  issuer: "Issuer",
  groups: "Groups",
  "group-badges": "Group badges",
  "learner-progress": "Learners progress",
  "badge-class": "Badge",
};

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

/** Name the options that were chosen, as they stand in a list of what was. */
const chosenWords = (chosen) =>
  Object.keys(options)
    .filter((name) => chosen[name])
    .map((name) => options[name].said ?? options[name].label);

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
  tabsLabel: (name) => `Views of ${name}`,
  notLoaded: "This could not be loaded",
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
    none: (email) =>
      `${email} has no role on any organization or issuer yet. Ask an admin of your organization to add you.`,
  },
  problems: {
    unreachable: "The platform can't be reached. Check your connection, then try again.",
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
    smsCode: (to) => `Enter the code that was sent to ${to ?? "your phone"}.`,
    emailCode: (to) => `Enter the code that was sent to ${to ?? "your e-mail address"}.`,
    wayOfCode: "How do you want to get your code?",
    ways: { SOFTWARE_TOKEN_MFA: "From my authenticator app", SMS_MFA: "By text message", EMAIL_OTP: "By e-mail" },
    setup: "Your organization asks for a second step. Add this key to an authenticator app (as a time-based code):",
    setupCode: "Then enter the code that the app shows.",
    resetText: "A code to set a new password will be sent to your e-mail address.",
    resetCode: (email) => `If ${email} has an account, a code is on its way there.`,
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
    title: ({ kind }) => `${kinds[kind] ?? kind} export`,
    status: {
      queued: "Waiting",
      running: "Running",
      succeeded: "Ready",
      failed: "Failed",
      cancelled: "Cancelled",
      expired: "Expired",
    },
    progress: (status, rows, expected) =>
      status === "queued" ? "Waiting to start" : expected ? `${rows} of ${expected} rows` : `${rows} rows so far`,
    ended: ({ status, error }) =>
      ({
        succeeded: "Your download has started.",
        failed: error?.message,
        cancelled: "It left no file.",
        expired: "Its file is gone.",
      })[status],
    rows: (kind, count, text) => `${text} ${plural(count, ...(rowWords[kind] ?? ["row", "rows"]))}`,
    options: (kind, chosen, { after, before }) => {
      const dates = [after && `after ${after}`, before && `before ${before}`];
      const said = [...dates.filter(Boolean), ...chosenWords(chosen)].join(", ");
      return said ? said[0].toUpperCase() + said.slice(1) : kind === "awards" ? "All dates" : "";
    },
    bySchedule: "by a schedule",
    expires: (distance) => `expires ${distance}`,
    download: "Download",
    downloadAgain: "Download again",
    cancel: "Cancel",
    remove: "Delete",
    removeTitle: "Delete this file?",
    removeText: (name) => `${name} is deleted at once, for everyone. You can ask for a new export at any time.`,
    ready: (name) => `${name} is ready. Your download has started.`,
    failed: (name, reason) => `${name} failed. ${reason ?? ""}`,
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
    removeTitle: (name) => `Delete the schedule “${name}”?`,
    removeText: "It runs no more. The exports that it made stay.",
    made: (name) => `The schedule “${name}” is on.`,
    by: (email) => `by ${email}`,
    last: (distance, succeeded) => (succeeded ? `last run ${distance}` : `last run ${distance}, which made no export`),
    next: (time, distance) => `Next run: ${time}, ${distance} (your time)`,
    what: ({ export: { kind, ...chosen }, period }) => {
      const ticked = chosenWords(chosen);
      const when = {
        "previous-day": "of the day before",
        "previous-week": "of the week before",
        "previous-month": "of the month before",
      }[period];
      return [`${kinds[kind] ?? kind} export`, when, ticked.length ? `with ${ticked.join(", ")}` : ""]
        .filter(Boolean)
        .join(" ");
    },
    when: (sentence, zone, own) => (zone === own ? sentence : `${sentence} (${zone.replaceAll("_", " ")})`),
    daily: (time) => `Every day at ${time}`,
    weekly: (weekday, time) => `Every ${weekday} at ${time}`,
    monthly: (day, time) => `On day ${day} of every month at ${time}`,
    lastDay: (time) => `On the last day of every month at ${time}`,
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
    chosen: (name, size) => `${name}, ${size}`,
    tooLarge: (size, most) => `This image has ${size}; at most ${most} can be read.`,
    url: "Web address of the badge",
    urlHint: "The public address of an awarded badge, a badge class, or a badge image",
    json: "JSON of an awarded badge",
    jsonHint: "An assertion, a credential or a badge class, of Open Badges 1.0 to 3.0",
    missing: { image: "Choose an image first.", url: "Give the address first.", json: "Paste the JSON first." },
    continue: "Continue",
    preview: "Look before you replace",
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
    pictureOf: (side) => `${side} picture`,
    nothingChanges: "The new badge is just like the current one.",
    noWayBack: "There is no way back.",
    noWayBackText:
      "What this badge is now is overwritten for good. Badges awarded before show the new text at once, and their images follow.",
    confirm: "Replace badge",
    startOver: "Start over",
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
    refreshed: (refreshed, total) => `${refreshed} of ${total} images refreshed`,
    window: (day, distance) => `What fails is tried again until ${day} (${distance}).`,
    failed: (count, text, status) =>
      status === "overdue"
        ? `${text} could not be refreshed:`
        : `${text} ${plural(count, "has", "have")} failed so far, and will be tried again:`,
    overdue: (count, day) =>
      `${count} images were not refreshed by ${day}. They still show the old picture; nothing else is wrong with these awards.`,
    which: "Which, and why",
    tries: (count, next) => (next ? `${count} tries, next ${next}` : `${count} tries`),
    contact: "Who can help:",
  },
};
