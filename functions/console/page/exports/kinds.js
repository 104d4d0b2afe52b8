/** The export kinds for each scope, and the options for each kind, as in the API. */

/**
 * @import {
 *   AwardsExport, BadgeClassExport, BadgesExport, ColumnDocument, ExportScope, GroupBadgesExport, GroupsExport,
 *   IssuerExport, LearnerProgressExport, TrailExport,
 * } from "../api/api-types.d.ts"
 */

/**
 * @typedef {AwardsExport | BadgesExport | GroupsExport | GroupBadgesExport | LearnerProgressExport | TrailExport} TableRequest
 * @typedef {TableRequest["kind"]} TableKind
 * @typedef {TableKind | (IssuerExport | BadgeClassExport)["kind"]} ExportKind
 * @typedef {Exclude<keyof IssuerExport | keyof GroupsExport | keyof BadgeClassExport, keyof BadgesExport>} OptionName
 * @typedef {Partial<Record<OptionName, boolean>>} Ticked
 * @typedef {{kind: ExportKind} & Ticked & Omit<AwardsExport, "kind">} ExportRequest
 * @typedef {{name: OptionName, needs?: OptionName}} Option
 */

/**
 * The kinds for each scope, in display order, except the trail: only some roles see it, and it has its own tab.
 * @type {Record<ExportScope["type"], [ExportKind, ...ExportKind[]]>}
 */
export const KINDS = {
  organization: ["awards", "badges", "groups", "group-badges", "learner-progress"],
  issuer: ["awards", "issuer", "badges", "groups", "group-badges", "learner-progress"],
  "badge-class": ["badge-class"],
};

/**
 * Return the kinds that a person can choose for a scope.
 *
 * @param {ExportScope["type"]} scopeType
 * @param {boolean} seesTrail whether the person's role shows the trail
 * @returns {ExportKind[]}
 */
export const kindsOf = (scopeType, seesTrail) => [
  ...KINDS[scopeType],
  ...(seesTrail ? [/** @type {const} */ ("trail")] : []),
];

/**
 * The options for each kind. An option with `needs` can be selected only together with the option that it needs.
 * @type {Record<ExportKind, Option[]>}
 */
export const OPTIONS = {
  awards: [],
  badges: [],
  issuer: [
    { name: "includeBadgeClasses" },
    { name: "includeAssertions", needs: "includeBadgeClasses" },
    { name: "includeRecipientGroups" },
    { name: "includePathways" },
    { name: "embedImages" },
    { name: "compress" },
  ],
  groups: [
    { name: "includeArchived" },
    { name: "includeCreation" },
    { name: "includeExpiration" },
    { name: "includeStaff" },
  ],
  "group-badges": [{ name: "includeArchived" }],
  "learner-progress": [{ name: "includeArchived" }],
  trail: [],
  "badge-class": [{ name: "includeAssertions" }, { name: "embedImages" }, { name: "compress" }],
};

/**
 * The columns that the options of the groups file add to the default columns.
 * @type {Partial<Record<OptionName, string[]>>}
 */
const ADDED_COLUMNS = {
  includeCreation: ["Course/Pathway ID", "URL", "Creation date", "Creation method"],
  includeExpiration: ["Expiration date", "Expiration method"],
  includeStaff: ["Staff member name", "Staff member ID"],
};

/**
 * Return whether an option adds columns. An export that selects columns must not have such options.
 * @type {(option: string) => boolean}
 */
export const addsColumns = (option) => option in ADDED_COLUMNS;

/**
 * Return whether a kind is a table: a CSV file or a workbook, with columns to choose from.
 * @type {(kind: ExportKind) => kind is TableKind}
 */
export const isTable = (kind) => kind !== "issuer" && kind !== "badge-class";

/**
 * Return whether a column is in the file by default.
 *
 * @param {TableKind} kind
 * @param {ExportScope["type"]} scopeType
 * @param {Ticked} ticked
 * @param {ColumnDocument} column
 */
export function isDefaultColumn(kind, scopeType, ticked, { name, default: isDefault }) {
  const namesIssuer = scopeType === "organization" && ["Issuer ID", "Issuer Name"].includes(name);
  const added = chosenOptions(kind, ticked);
  return isDefault || namesIssuer || Object.keys(added).some((option) => addedBy(option).includes(name));
}

/** @param {string} option */
const addedBy = (option) => ADDED_COLUMNS[/** @type {OptionName} */ (option)] ?? [];

/**
 * Return the selected options of a kind in the API's format.
 *
 * @param {ExportKind} kind
 * @param {Ticked} ticked
 * @returns {Ticked}
 */
export function chosenOptions(kind, ticked) {
  const offered = OPTIONS[kind].filter(({ name, needs }) => ticked[name] && (!needs || ticked[needs]));
  return Object.fromEntries(offered.map(({ name }) => [name, true]));
}
