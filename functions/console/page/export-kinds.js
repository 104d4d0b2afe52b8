/** The kinds of export of each scope, and the options of each kind, as in the API. */

/**
 * @import {
 *   AwardsExport, BadgeClassExport, ExportScope, GroupBadgesExport, GroupsExport, IssuerExport, LearnerProgressExport,
 * } from "./api-types.d.ts"
 */

import { CheckBox } from "./fields.js";
import { html } from "./html.js";
import { Problem } from "./problems.js";
import { strings } from "./strings.js";

/**
 * @typedef {(
 *   AwardsExport | BadgeClassExport | GroupBadgesExport | GroupsExport | IssuerExport | LearnerProgressExport
 * )["kind"]} ExportKind
 * @typedef {Exclude<keyof IssuerExport | keyof GroupsExport | keyof BadgeClassExport, "kind" | "byteOrderMark">} OptionName
 * @typedef {Partial<Record<OptionName, boolean>>} Ticked
 * @typedef {{kind: ExportKind} & Ticked & Pick<AwardsExport, "awardedAfter" | "awardedBefore" | "timeZone">} ExportRequest
 * @typedef {{name: OptionName, needs?: OptionName}} Option
 */

/**
 * Kinds by scope, in the order that people see them.
 * @type {Record<ExportScope["type"], [ExportKind, ...ExportKind[]]>}
 */
export const KINDS = {
  organization: ["awards"],
  issuer: ["awards", "issuer", "groups", "group-badges", "learner-progress"],
  "badge-class": ["badge-class"],
};

/**
 * Options by kind. An option that `needs` another can be selected only if that one is.
 * @type {Record<ExportKind, Option[]>}
 */
export const OPTIONS = {
  awards: [],
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
  "badge-class": [{ name: "includeAssertions" }, { name: "embedImages" }, { name: "compress" }],
};

/**
 * Return the selected options of a kind, as the API takes them.
 *
 * @param {ExportKind} kind
 * @param {Ticked} ticked
 * @returns {Ticked}
 */
export function chosenOptions(kind, ticked) {
  const offered = OPTIONS[kind].filter(({ name, needs }) => ticked[name] && (!needs || ticked[needs]));
  return Object.fromEntries(offered.map(({ name }) => [name, true]));
}

/**
 * The check boxes of a kind.
 *
 * @param {{kind: ExportKind, ticked: Ticked, problem: Error | null, onChange: (ticked: Ticked) => void}} props
 */
export function OptionBoxes({ kind, ticked, problem, onChange }) {
  const wrong = problem instanceof Problem ? problem.fields : {};
  /** @param {Option} option */
  const box = ({ name, needs }) => html`<${CheckBox} key=${name} label=${strings.options[name].label}
    hint=${strings.options[name].hint} error=${wrong[name]} nested=${Boolean(needs)}
    disabled=${needs && !ticked[needs]} checked=${Boolean(ticked[name] && (!needs || ticked[needs]))}
    onChange=${(/** @type {boolean} */ checked) => onChange({ ...ticked, [name]: checked })} />`;
  const free = OPTIONS[kind].filter(({ needs }) => !needs);
  return html`<div class="checks">
    ${free.map(
      (option) => html`<div key=${option.name}>
        ${box(option)}
        ${OPTIONS[kind].filter(({ needs }) => needs === option.name).map(box)}
      </div>`,
    )}
  </div>`;
}
