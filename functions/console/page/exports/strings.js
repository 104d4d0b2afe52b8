/** The text about exports that forms, lists, and schedules share. */

/**
 * @import { ExportDocument } from "../api/api-types.d.ts"
 * @import { ExportKind, OptionName } from "./kinds.js"
 */

import { listed, plural } from "../shared/sentences.js";

/** @typedef {{after?: string, before?: string, range?: string}} Bounds dates or times, in words */

/** @type {Record<ExportKind, string>} */
const kinds = {
  awards: "Awards",
  issuer: "Issuer",
  badges: "Badges",
  groups: "Groups",
  "group-badges": "Group badges",
  "learner-progress": "Learner progress",
  "badge-class": "Badge",
  trail: "Activity",
};

/** @type {(kind: string) => string} */
export const kindName = (kind) => /** @type {Record<string, string>} */ (kinds)[kind] ?? kind;

/** @type {Record<OptionName, {label: string, said?: string, hint?: string, needs?: string}>} */
const options = {
  includeBadgeClasses: { label: "Badge classes" },
  includeAssertions: {
    label: "Awards (assertions)",
    said: "Awards",
    hint: "Every awarded badge and its recipient",
    needs: "Select “Badge classes” first",
  },
  includeRecipientGroups: { label: "Recipient groups" },
  includePathways: { label: "Pathways" },
  embedImages: {
    label: "Embed images",
    said: "Embedded images",
    hint: "Store images in the file instead of linking to them",
  },
  compress: { label: "Compress (ZIP)", said: "ZIP" },
  includeArchived: { label: "Archived groups" },
  includeCreation: { label: "Creation method", hint: "Adds the LMS course ID and deep link" },
  includeExpiration: { label: "Expiration method" },
  includeStaff: { label: "Staff members" },
};

/**
 * Return the names of the selected options, as shown for an export.
 * @type {(chosen: Record<string, unknown>) => string[]}
 */
export const chosenWords = (chosen) =>
  /** @type {OptionName[]} */ (Object.keys(options))
    .filter((name) => chosen[name])
    .map((name) => options[name].said ?? options[name].label);

/**
 * Describe the filters and columns of a table.
 * @type {(chosen: ExportDocument["options"]) => string[]}
 */
export const shapeWords = ({ status, badgeClassIds, columns }) => [
  ...(Array.isArray(status) ? [`only ${listed(status)}`] : []),
  ...(Array.isArray(badgeClassIds)
    ? [`${badgeClassIds.length} ${plural(badgeClassIds.length, "badge", "badges")}`]
    : []),
  ...(Array.isArray(columns) ? [`${columns.length} ${plural(columns.length, "column", "columns")}`] : []),
];

/** @type {(word: string, bounds: Bounds) => string[]} */
export const dateWords = (word, { after, before, range }) => {
  if (range) return [`${word}${range}`];
  if (after && before) return [`${word}from ${after} through ${before}`];
  if (after) return [`${word}from ${after}`];
  return before ? [`${word}through ${before}`] : [];
};

export const exportStrings = {
  kinds,
  options,
};
