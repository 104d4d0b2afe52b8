/** The text in the list of exports. */

/**
 * @import { ExportDocument } from "../../api/api-types.d.ts"
 * @import { Bounds } from "../strings.js"
 */

import { capitalized, plural } from "../../shared/sentences.js";
import { chosenWords, dateWords, kindName, shapeWords } from "../strings.js";

/** @type {Record<string, [one: string, many: string] | undefined>} */
const rowWords = {
  awards: ["award", "awards"],
  badges: ["badge", "badges"],
  groups: ["group", "groups"],
  "learner-progress": ["learner", "learners"],
};

export const exportListStrings = {
  exports: {
    heading: "Exports",
    none: "No exports yet. Exports that you request will appear here.",
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
};
