/** The text in the forms that request exports. */

import { capitalized, listed, plural } from "../../shared/sentences.js";

const statuses = { active: "Active", expired: "Expired", revoked: "Revoked" };

export const exportFormStrings = {
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
};
