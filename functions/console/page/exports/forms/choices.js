/** A person's choices in an export form: stored in the browser, validated, and converted to a request. */

/**
 * @import { ExportScope, Format, Separator, Status } from "../../api/api-types.d.ts"
 * @import { Scope } from "../../api/scopes.js"
 * @import { ExportKind, ExportRequest, Ticked } from "../kinds.js"
 */

import { useDraft } from "../../shared/drafts.js";
import { useRef, useState } from "../../shared/html.js";
import { strings } from "../../strings.js";
import { addsColumns, chosenOptions, isTable, OPTIONS } from "../kinds.js";

/**
 * A column, in file order, and whether the file contains it.
 * @typedef {{name: string, chosen: boolean}} ColumnChoice
 */

/**
 * The values of a form's fields. `columns` is null for the default columns, and an empty `badges` means all badges.
 * @typedef {object} Choices
 * @property {string} awardedAfter
 * @property {string} awardedBefore
 * @property {string} expiresAfter
 * @property {string} expiresBefore
 * @property {Status[]} status
 * @property {{id: string, name: string}[]} badges
 * @property {Format} format
 * @property {Separator} separator
 * @property {ColumnChoice[] | null} columns
 * @property {Ticked} ticked
 * @property {boolean} notify
 * @property {boolean} deliver
 */

/** @type {Status[]} */
export const STATUSES = ["active", "expired", "revoked"];
/** @type {Format[]} */
export const FORMATS = ["csv", "xlsx"];
/** @type {Separator[]} */
export const SEPARATORS = ["comma", "semicolon", "tab"];
export const MAX_BADGES = 100; // the API's limit

/** @type {Choices} */
export const DEFAULTS = {
  awardedAfter: "",
  awardedBefore: "",
  expiresAfter: "",
  expiresBefore: "",
  status: STATUSES,
  badges: [],
  format: "csv",
  separator: "comma",
  columns: null,
  ticked: {},
  notify: false,
  deliver: false,
};

/**
 * Return a form's initial choices. Some options are selected, because an issuer export without options is almost empty.
 *
 * @param {ExportKind} kind
 * @returns {Choices}
 */
export function defaultsOf(kind) {
  return kind === "issuer"
    ? { ...DEFAULTS, ticked: { includeBadgeClasses: true, includeRecipientGroups: true } }
    : DEFAULTS;
}

// The number is the version of the storage format. Change the number whenever the format changes.
const STORED = "badge-data-export-choices-1";

/**
 * The choices in a form, which the browser stores for each kind of export and type of scope. Dates and badges apply to a
 * single export, so they are kept only as a draft.
 *
 * @param {Scope} scope
 * @param {ExportKind} kind
 * @returns {{choices: Choices, change: (part: Partial<Choices>) => void, reset: () => void}}
 */
export function useChoices(scope, kind) {
  const [draft, setDraft] = useDraft(`${kind} export of ${scope.type} ${scope.id}`, draftOf(DEFAULTS));
  const [choices, setChoices] = useState(() => ({ ...defaultsOf(kind), ...remembered(scope.type, kind), ...draft }));
  const latest = useRef(choices); // two changes can occur before the form is rendered again
  /** @param {Choices} now */
  function choose(now) {
    latest.current = now;
    remember(scope.type, kind, now);
    setDraft(draftOf(now));
    setChoices(now);
  }
  return { choices, change: (part) => choose({ ...latest.current, ...part }), reset: () => choose(defaultsOf(kind)) };
}

/** @param {Choices} choices */
const draftOf = ({ awardedAfter, awardedBefore, expiresAfter, expiresBefore, badges }) => ({
  awardedAfter,
  awardedBefore,
  expiresAfter,
  expiresBefore,
  badges,
});

/**
 * Return choices as a request body, without the follow-ups, because they don't affect the file.
 *
 * @param {ExportKind} kind
 * @param {Choices} choices
 * @param {string} timeZone the time zone of the dates
 * @returns {ExportRequest}
 */
export function requestOf(kind, choices, timeZone) {
  const { format, separator, columns } = choices;
  if (!isTable(kind)) return { kind, ...chosenOptions(kind, choices.ticked) };
  const ticked = Object.entries(choices.ticked).filter(([name]) => !columns || !addsColumns(name));
  return {
    kind,
    ...(kind === "awards" && { ...filtersOf(choices), timeZone }),
    ...chosenOptions(kind, Object.fromEntries(ticked)),
    ...(format !== "csv" && { format }),
    ...(format === "csv" && separator !== "comma" && { separator }),
    ...(columns && { columns: columns.filter(({ chosen }) => chosen).map(({ name }) => name) }),
  };
}

/**
 * Return messages about invalid choices by field, using the API's field names.
 *
 * @param {ExportKind} kind
 * @param {Choices} choices
 * @param {HTMLFormElement | null} form its date fields have the API's names
 */
export function wrongChoices(kind, choices, form) {
  /** @type {Record<string, string>} */
  const wrong = {};
  if (choices.columns && !choices.columns.some(({ chosen }) => chosen)) wrong.columns = strings.columns.none;
  if (kind !== "awards") return wrong;
  if (areSwapped(choices.awardedAfter, choices.awardedBefore)) wrong.awardedAfter = strings.awards.startAfterEnd;
  if (areSwapped(choices.expiresAfter, choices.expiresBefore)) wrong.expiresAfter = strings.filters.startAfterEnd;
  // A partly typed date has an empty value, which would export everything.
  /** @type {NodeListOf<HTMLInputElement> | undefined} */
  const dates = form?.querySelectorAll("input[type=date]");
  for (const input of dates ?? []) if (input.validity.badInput) wrong[input.name] = strings.awards.wholeDate;
  if (choices.status.length === 0) wrong.status = strings.filters.noStatus;
  if (choices.badges.length > MAX_BADGES) wrong.badgeClassIds = strings.filters.tooManyBadges(MAX_BADGES);
  return wrong;
}

/** @type {(after: string, before: string) => boolean} */
export const areSwapped = (after, before) => after !== "" && before !== "" && after > before;

/** @param {Choices} choices */
function filtersOf({ awardedAfter, awardedBefore, expiresAfter, expiresBefore, status, badges }) {
  return {
    ...(awardedAfter && { awardedAfter }),
    ...(awardedBefore && { awardedBefore }),
    ...(expiresAfter && { expiresAfter }),
    ...(expiresBefore && { expiresBefore }),
    ...(status.length < STATUSES.length && { status }),
    ...(badges.length > 0 && { badgeClassIds: badges.map(({ id }) => id) }),
  };
}

/** @type {(scopeType: string, kind: string) => string} */
const keyOf = (scopeType, kind) => `${STORED} ${scopeType} ${kind}`;

/**
 * Store the choices that differ from the defaults. If the browser's storage is full or disabled, nothing is stored.
 *
 * @param {ExportScope["type"]} scopeType
 * @param {ExportKind} kind
 * @param {Choices} choices
 */
function remember(scopeType, kind, { format, separator, columns, status, ticked, notify, deliver }) {
  const kept = {
    ...(format !== DEFAULTS.format && { format }),
    ...(separator !== DEFAULTS.separator && { separator }),
    ...(columns?.some(({ chosen }) => chosen) && { columns }),
    ...(status.length > 0 && status.length < STATUSES.length && { status }),
    ...(!isSameTicked(ticked, defaultsOf(kind).ticked) && { ticked }),
    ...(notify && { notify }),
    ...(deliver && { deliver }),
  };
  try {
    if (Object.keys(kept).length) localStorage.setItem(keyOf(scopeType, kind), JSON.stringify(kept));
    else localStorage.removeItem(keyOf(scopeType, kind));
  } catch {}
}

/** @type {(one: Ticked, other: Ticked) => boolean} */
const isSameTicked = (one, other) =>
  /** @type {(keyof Ticked)[]} */ (Object.keys({ ...one, ...other })).every((name) => !one[name] === !other[name]);

/**
 * Return the stored choices without invalid values, because people and other versions of the page can change them.
 *
 * @param {ExportScope["type"]} scopeType
 * @param {ExportKind} kind
 * @returns {Partial<Choices>}
 */
function remembered(scopeType, kind) {
  /** @type {Record<string, unknown>} */
  let kept;
  try {
    kept = Object(JSON.parse(localStorage.getItem(keyOf(scopeType, kind)) ?? "{}"));
  } catch {
    return {};
  }
  const { format, separator, columns, status, ticked, notify, deliver } = kept;
  const known = STATUSES.filter((name) => Array.isArray(status) && status.includes(name));
  const names = OPTIONS[kind].map(({ name }) => name).filter((name) => Object(ticked)[name] === true);
  return {
    format: FORMATS.find((name) => name === format) ?? DEFAULTS.format,
    separator: SEPARATORS.find((name) => name === separator) ?? DEFAULTS.separator,
    columns: Array.isArray(columns) && columns.length > 0 && columns.every(isColumnChoice) ? columns : null,
    status: known.length ? known : DEFAULTS.status,
    ticked: Object(ticked) === ticked ? Object.fromEntries(names.map((name) => [name, true])) : defaultsOf(kind).ticked,
    notify: notify === true,
    deliver: deliver === true,
  };
}

/**
 * @param {unknown} value
 * @returns {value is ColumnChoice}
 */
const isColumnChoice = (value) => typeof Object(value).name === "string" && typeof Object(value).chosen === "boolean";
