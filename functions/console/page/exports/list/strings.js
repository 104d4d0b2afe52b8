/** The text in the list of exports. */

/**
 * @import { ExportDocument, FileContents } from "../../api/api-types.d.ts"
 * @import { Bounds } from "../strings.js"
 */

import { capitalized, plural } from "../../shared/sentences.js";
import { chosenWords, dateWords, kindName, shapeWords } from "../strings.js";

/** @typedef {[one: string, many: string]} Noun */

/**
 * The noun for a row, for export kinds that have one.
 * @type {Record<string, Noun | undefined>}
 */
const rowNouns = { awards: ["award", "awards"], badges: ["badge", "badges"], trail: ["entry", "entries"] };

/**
 * The nouns for the contents of a file, in display order.
 * @type {[keyof FileContents, Noun][]}
 */
const contentNouns = [
  ["badgeClasses", ["badge", "badges"]],
  ["awards", ["award", "awards"]],
  ["groups", ["group", "groups"]],
  ["learners", ["learner", "learners"]],
  ["pathways", ["pathway", "pathways"]],
  ["entries", ["entry", "entries"]],
];

/** @type {(kind: string) => boolean} */
const isDocument = (kind) => kind === "issuer" || kind === "badge-class";

export const exportListStrings = {
  exports: {
    heading: "Exports",
    none: "No exports yet. Exports you create appear here.",
    noneFound: "No exports match these filters.",
    columns: ["Export", "Contents", "Requested", "Status"],
    filters: "Filter exports",
    kind: "Kind",
    allKinds: "All kinds",
    person: "Requested by",
    anyone: "Anyone",
    onlyMine: "Only mine",
    schedule: "Schedule",
    anySchedule: "With or without a schedule",
    deletedSchedule: "Deleted schedule",
    showDeleted: "Show deleted",
    selectAll: "Select all exports",
    /** @type {(name: string) => string} */
    select: (name) => `Select ${name}`,
    /** @type {(count: string) => string} */
    selected: (count) => `${count} selected`,
    /** @type {(count: number, text: string) => string} */
    deleteCount: (count, text) => `Delete ${text} ${plural(count, "export", "exports")}`,
    clearSelection: "Clear",
    seeAll: "View all exports",
    asking: "Starting…",
    /** @type {(exported: Pick<ExportDocument, "kind">) => string} */
    title: ({ kind }) => `${kindName(kind)} export`,
    /**
     * Return an export's name within a sentence: "awards export from 26 Nov 2026, 05:44".
     * @type {(exported: Pick<ExportDocument, "kind">, time: string) => string}
     */
    named: ({ kind }, time) => `${kindName(kind).toLowerCase()} export from ${time}`,
    status: {
      queued: "Queued",
      running: "Running",
      succeeded: "Ready",
      failed: "Failed",
      cancelled: "Canceled",
      expired: "Expired",
      deleted: "Deleted",
    },
    /** @type {(status: ExportDocument["status"], rows: string, expected: string | undefined) => string} */
    progress: (status, rows, expected) =>
      status === "queued" ? "Queued" : expected ? `${rows} of ${expected} rows` : `${rows} rows written`,
    /** @type {(duration: string) => string} */
    timeLeft: (duration) => `about ${duration} left`,
    /** @type {(exported: ExportDocument) => string | undefined} */
    ended: ({ status, error, file }) =>
      ({
        queued: undefined,
        running: undefined,
        succeeded: `Downloaded ${file?.name ?? ""}`,
        failed: error?.message,
        cancelled: "No file was created.",
        expired: "The file is no longer available.",
      })[status],
    /**
     * Summarize the contents of a file: "12 rows (8 groups)", or "500 badges, 12,000 awards".
     * @type {(kind: string, file: {rows: number, contents?: FileContents}, format: (count: number) => string) => string}
     */
    contents: (kind, { rows, contents = {} }, format) => {
      const counted = contentNouns.flatMap(([name, noun]) => {
        const count = contents[name] ?? 0;
        return count > 0 ? [`${format(count)} ${plural(count, ...noun)}`] : [];
      });
      if (isDocument(kind)) return counted.join(", ");
      const noun = rowNouns[kind];
      if (rows === 0) return `No ${noun ? noun[1] : "rows"}`;
      const said = `${format(rows)} ${plural(rows, ...(noun ?? ["row", "rows"]))}`;
      return noun || counted.length === 0 ? said : `${said} (${counted.join(", ")})`;
    },
    /** The status of the delivery to the organization's own bucket. */
    delivery: {
      /** @type {(bucket: string) => string} */
      delivered: (bucket) => `Delivered to ${bucket}`,
      /** @type {(bucket?: string) => string} */
      pending: (bucket) => (bucket ? `Delivering to ${bucket}` : "Waiting for a delivery destination"),
      /** @type {(message: string) => string} */
      retried: (message) => `Delivery failed and will be retried. ${message}`,
      /** @type {(message: string) => string} */
      failed: (message) => `Delivery failed. ${message}`,
    },
    /** @type {(count: number, text: string) => string} */
    truncated: (count, text) => `${text} ${plural(count, "cell", "cells")} shortened`,
    /**
     * Return a file's type: "CSV (semicolon-separated)".
     * @type {(kind: string, chosen: ExportDocument["options"]) => string}
     */
    fileType: (kind, { format, separator }) => {
      if (isDocument(kind)) return "JSON";
      if (format === "xlsx") return "Excel workbook";
      if (separator === "semicolon") return "CSV (semicolon-separated)";
      return separator === "tab" ? "CSV (tab-separated)" : "CSV";
    },
    /** @type {(kind: string, chosen: ExportDocument["options"], dates: {awarded: Bounds, expires: Bounds}) => string} */
    options: (kind, chosen, { awarded, expires }) => {
      const dates = [...dateWords("", awarded), ...dateWords("expires ", expires)];
      const said = [...dates, ...shapeWords(chosen), ...chosenWords(chosen)].join(", ");
      return said ? capitalized(said) : kind === "awards" ? "All dates" : "";
    },
    details: {
      badges: "Badges:",
      columns: "Columns:",
      /** @type {(count: string) => string} */
      others: (count) => `and ${count} more`,
    },
    me: "You",
    you: "you",
    /** @type {(person: string) => string} */
    by: (person) => `by ${person}`,
    /** @type {(email: string) => string} */
    onBehalf: (email) => `On behalf of ${email}`,
    /** @type {(distance: string) => string} */
    expires: (distance) => `expires ${distance}`,
    download: "Download",
    /** @type {(name: string) => string} */
    downloadNamed: (name) => `Download ${name}`,
    downloadAgain: "Download again",
    /** @type {(name: string) => string} */
    more: (name) => `More actions for ${name}`,
    moreTitle: "More actions",
    again: "Export again",
    /** @type {(exported: Pick<ExportDocument, "kind">) => string} */
    startedAgain: ({ kind }) => `${kindName(kind)} export started. The file will be downloaded when it's ready.`,
    copyLink: "Copy link",
    linkCopied: "Link copied",
    linkHint: "The link opens the export on this page. Only people with access to the export can use the link.",
    remove: "Delete",
    /** @type {(name: string) => {title: string, text: string, action: string}} */
    deleteOne: (name) => ({
      title: "Delete this file?",
      text: `${name} will be deleted for everyone. You can export the data again at any time.`,
      action: "Delete",
    }),
    /** @type {(count: string) => {title: string, text: string, action: string}} */
    deleteSeveral: (count) => ({
      title: `Delete ${count} exports?`,
      text: "The files will be deleted for everyone, and exports in progress will be canceled. You can export the data again at any time.",
      action: `Delete ${count} exports`,
    }),
    /** @type {(file: string) => string} */
    ready: (file) => `Downloaded ${file}`,
    /** @type {(count: number) => string} */
    readyFiles: (count) => `${count} exports are ready. Their files have been downloaded.`,
    /** @type {(name: string, reason: string | undefined) => string} */
    failed: (name, reason) => `${name} failed. ${reason ?? ""}`,
    /** @type {(name: string) => string} */
    wasCancelled: (name) => `${name} was canceled. No file was created.`,
    noFile: {
      queued: "This export has no file yet.",
      running: "This export has no file yet.",
      failed: "This export failed and has no file.",
      cancelled: "This export was canceled and has no file.",
      expired: "This file is no longer available. Select “Export again” to get a new one.",
    },
  },
};
