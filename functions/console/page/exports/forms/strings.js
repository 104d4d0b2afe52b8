/** The text in the forms that request exports. */

/** @import { Bounds } from "../strings.js" */

import { capitalized, listed, plural } from "../../shared/sentences.js";

const statuses = { active: "Active", expired: "Expired", revoked: "Revoked" };

export const exportFormStrings = {
  awards: {
    title: "Awards export",
    text: {
      organization:
        "Download awards from all issuers in this organization. To include every award, leave the dates blank.",
      issuer: "Download this issuer's awards. To include every award, leave the dates blank.",
    },
    presetsLabel: "Date range",
    presets: {
      all: "All",
      thisMonth: "This month",
      lastMonth: "Last month",
      thisYear: "This year",
      lastYear: "Last year",
      last12Months: "Last 12 months",
      academicYear: "Academic year (Sep–Aug)",
    },
    /** @type {(zone: string) => string} */
    days: (zone) => `Both dates are inclusive and use the ${zone.replaceAll("_", " ")} time zone.`,
    timesInFile:
      "Times in the file are in UTC. For dates in your time zone, add the “Issued Date” or “Expires Date” column.",
    startAfterEnd: "The start date is after the end date.",
    swap: "Swap dates",
    wholeDate: "Enter a full date.",
    actions: { csv: "Download CSV", xlsx: "Download Excel workbook" },
    emptyFile: "Download empty file",
    /** @type {(count: number, text: string, isUpperLimit: boolean) => string} */
    count: (count, text, isUpperLimit) => `${isUpperLimit ? "Up to " : ""}${text} ${plural(count, "award", "awards")}`,
    limits: {
      status:
        "If you filter by status or expiration, the exact number of rows isn't known until the export is finished.",
      badges: "With this many badges selected, the exact number of rows isn't known until the export starts.",
    },
    /** @type {(bounds: Bounds, badges: number) => string} */
    noAwards: ({ after, before }, badges) => {
      const these = badges ? ` for ${plural(badges, "this badge", "these badges")}` : "";
      if (after && before) return `No awards${these} between ${after} and ${before}.`;
      if (after || before) return `No awards${these} ${after ? `since ${after}` : `on or before ${before}`}.`;
      return `No awards${these} yet.`;
    },
  },
  dates: {
    awardedAfter: "Awarded on or after",
    awardedBefore: "Awarded on or before",
    expiresAfter: "Expires on or after",
    expiresBefore: "Expires on or before",
  },
  filters: {
    title: "Status and expiration",
    /** @type {(hasExpiry: boolean, statuses: string[]) => string} */
    note: (hasExpiry, chosen) =>
      capitalized(
        [...(chosen.length ? [listed(chosen)] : []), ...(hasExpiry ? ["expiration dates"] : [])].join(", "),
      ) || "All",
    expiryHint: "If you set either date, awards that don't expire are omitted.",
    startAfterEnd: "The start date is after the end date.",
    status: "Status",
    statuses,
    noStatus: "Select at least one status.",
    allBadges: "All badges",
    /** @type {(count: number, text: string) => string} */
    badgesChosen: (count, text) => `${text} ${plural(count, "badge", "badges")}`,
    /** @type {(name: string) => string} */
    onlyBadge: (name) => `1 badge: ${name}`,
    badgesLabel: "Selected badges",
    /** @type {(name: string) => string} */
    removeBadge: (name) => `Remove ${name}`,
    search: "Search badges",
    /** @type {(count: number, text: string, hasMore: boolean) => string} */
    found: (count, text, hasMore) =>
      count === 0
        ? "No badges match this search."
        : `${text}${hasMore ? "+" : ""} ${plural(count, "badge", "badges")} found`,
    /** @type {(text: string) => string} */
    addAll: (text) => `Select all ${text}`,
    searchIssuers: "Search issuers",
    otherIssuer: "Choose another issuer",
    /** @type {(count: number, text: string, hasMore: boolean) => string} */
    issuersFound: (count, text, hasMore) =>
      count === 0
        ? "No issuers match this search."
        : `${text}${hasMore ? "+" : ""} ${plural(count, "issuer", "issuers")} found`,
    /** @type {(most: number) => string} */
    tooManyBadges: (most) => `Select up to ${most} badges. To include all badges, don't select any.`,
  },
  file: {
    format: "File type",
    formats: { csv: "CSV", xlsx: "Excel workbook" },
    separator: "Separator",
    separators: { comma: "Comma", semicolon: "Semicolon (Excel in many European regions)", tab: "Tab" },
  },
  columns: {
    title: "Columns",
    legend: "Columns in the file, in this order",
    default: "Default columns",
    own: "Custom columns",
    /** @type {(count: number, text: string) => string} */
    chosen: (count, text) => `${text} ${plural(count, "column", "columns")}`,
    none: "Select at least one column.",
    all: "Select all",
    clear: "Select none",
    /** @type {Record<"top" | "up" | "down" | "bottom", (name: string) => string>} */
    move: {
      top: (name) => `Move ${name} to the top`,
      up: (name) => `Move ${name} up`,
      down: (name) => `Move ${name} down`,
      bottom: (name) => `Move ${name} to the bottom`,
    },
    /** @type {(name: string, position: string, count: string) => string} */
    moved: (name, position, count) => `${name} is now at position ${position} of ${count}.`,
  },
  notify: "Email me when it's ready",
  /** @type {(bucket?: string) => string} */
  deliver: (bucket) => (bucket ? `Deliver to the bucket ${bucket}` : "Deliver to your organization's bucket"),
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
    text: "Download this issuer as a JSON file (Open Badges 2.0). Your platform team can load the file into another deployment of this product.",
    include: "Include in the issuer export",
    action: "Export issuer",
  },
  badgesExport: {
    title: "Badges export",
    text: "Download a table of all badges with their tags and award counts.",
    action: "Export badges",
  },
  badgeExport: {
    title: "Badge export",
    text: "Download this badge as a JSON file (Open Badges 2.0).",
    awards: {
      text: "Need a table of this badge's awards?",
      link: "Export this badge's awards as a CSV file or an Excel workbook",
    },
    include: "Include in the badge export",
    action: "Export badge",
  },
  groups: {
    title: "Groups",
    text: {
      organization: "Download recipient groups from all issuers, with their badges, pathways, and learner progress.",
      issuer: "Download this issuer's recipient groups, with their badges, pathways, and learner progress.",
    },
    include: "Include in group exports",
    columnsChosen: "“Archived groups” applies to all three files. The groups file contains the columns selected below.",
    shape: "Columns and first rows",
    shaped: "File",
    archivedForAll: "“Archived groups” applies to all three files. The other options apply only to “Export groups”.",
    actions: {
      groups: "Export groups",
      "group-badges": "Export group badges",
      "learner-progress": "Export learner progress",
    },
  },
};
