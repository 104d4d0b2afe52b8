/** The Data Management tab of an organization, an issuer, and a badge. */

/**
 * @import { BadgeClassDocument, ExportScope, OrganizationDocument } from "../api/api-types.d.ts"
 * @import { ComponentChildren } from "preact"
 */

import { configuration } from "../configuration.js";
import { AwardExportForm } from "../exports/forms/award-form.js";
import { BadgesExportForm } from "../exports/forms/badges-form.js";
import { BadgeExportForm, IssuerExportForm } from "../exports/forms/document-forms.js";
import { GroupsExportForm } from "../exports/forms/groups-form.js";
import { ExportList } from "../exports/list/export-list.js";
import { Replace } from "../replacement/replace.js";
import { Schedules } from "../schedules/schedules.js";
import { html } from "../shared/html.js";
import { strings } from "../strings.js";

/**
 * @typedef {object} Data
 * @property {ExportScope} scope
 * @property {OrganizationDocument["plan"]} plan
 */

/** @param {Data} props */
export function OrganizationData({ scope, plan }) {
  return html`<${Layout} scope=${scope} plan=${plan}>
    <${AwardExportForm} scope=${scope} />
    <${BadgesExportForm} scope=${scope} />
    <${GroupsExportForm} scope=${scope} />
    <${Schedules} scope=${scope} mayEdit />
  <//>`;
}

/** @param {Data & {mayEdit: boolean}} props */
export function IssuerData({ scope, plan, mayEdit }) {
  return html`<${Layout} scope=${scope} plan=${plan}>
    <${AwardExportForm} scope=${scope} />
    <${IssuerExportForm} scope=${scope} />
    <${BadgesExportForm} scope=${scope} />
    <${GroupsExportForm} scope=${scope} />
    <${Schedules} scope=${scope} mayEdit=${mayEdit} />
  <//>`;
}

/**
 * @typedef {object} BadgeActions
 * @property {BadgeClassDocument} badge
 * @property {boolean} mayEdit
 * @property {() => void} onChange called after the badge has changed
 */

/** @param {Data & BadgeActions} props */
export function BadgeData({ scope, badge, plan, mayEdit, onChange }) {
  return html`<${Layout} scope=${scope} plan=${plan}>
    <${BadgeExportForm} scope=${scope} />
    <${Replace} badge=${badge} mayEdit=${mayEdit} onChange=${onChange} />
    <${Schedules} scope=${scope} mayEdit=${mayEdit} />
  <//>`;
}

/**
 * The forms on one side and the exports on the other; in a narrow window, one below the other.
 *
 * @param {Data & {children: ComponentChildren}} props
 */
function Layout({ scope, plan, children }) {
  if (plan !== "paid") return html`<${FreePlan} />`;
  return html`<div class="data-management">
    <div class="forms">${children}</div>
    <aside aria-label=${strings.exports.heading}><${ExportList} scope=${scope} /></aside>
  </div>`;
}

function FreePlan() {
  const address = configuration.contactAddress;
  return html`<section class="card free-plan">
    <h2>${strings.freePlan.title}</h2>
    <p>${strings.freePlan.text}</p>
    <ul>${strings.freePlan.what.map((item) => html`<li key=${item}>${item}</li>`)}</ul>
    <p>${strings.freePlan.how} ${address && html`<a href=${`mailto:${address}`}>${address}</a>`}</p>
  </section>`;
}
