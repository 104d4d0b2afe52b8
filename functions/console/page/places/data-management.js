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
import { Settings } from "../settings/settings.js";
import { html } from "../shared/html.js";
import { PartLink } from "../shared/part-link.js";
import { strings } from "../strings.js";

/**
 * @typedef {object} Data
 * @property {ExportScope} scope
 * @property {OrganizationDocument["plan"]} plan
 */

/** @param {Data} props */
export function OrganizationData({ scope, plan }) {
  return html`<${Layout} scope=${scope} plan=${plan} mayEdit
    parts=${{
      awards: html`<${AwardExportForm} scope=${scope} />`,
      badges: html`<${BadgesExportForm} scope=${scope} />`,
      groups: html`<${GroupsExportForm} scope=${scope} />`,
      schedules: html`<${Schedules} scope=${scope} mayEdit />`,
      settings: html`<${Settings} scope=${scope} organizationId=${scope.id} />`,
    }} />`;
}

/** @param {Data & {mayEdit: boolean, organizationId?: string}} props with `organizationId`, the settings are shown */
export function IssuerData({ scope, plan, mayEdit, organizationId }) {
  return html`<${Layout} scope=${scope} plan=${plan} mayEdit=${mayEdit}
    parts=${{
      awards: html`<${AwardExportForm} scope=${scope} />`,
      issuer: html`<${IssuerExportForm} scope=${scope} />`,
      badges: html`<${BadgesExportForm} scope=${scope} />`,
      groups: html`<${GroupsExportForm} scope=${scope} />`,
      schedules: html`<${Schedules} scope=${scope} mayEdit=${mayEdit} />`,
      ...(organizationId && { settings: html`<${Settings} scope=${scope} organizationId=${organizationId} />` }),
    }} />`;
}

/**
 * @typedef {object} BadgeActions
 * @property {BadgeClassDocument} badge
 * @property {boolean} mayEdit
 * @property {() => void} onChange called after the badge has changed
 */

/** @param {Data & BadgeActions} props */
export function BadgeData({ scope, badge, plan, mayEdit, onChange }) {
  return html`<${Layout} scope=${scope} plan=${plan} mayEdit=${mayEdit}
    parts=${{
      badge: html`<${BadgeExportForm} scope=${scope} />`,
      replace: html`<${Replace} badge=${badge} mayEdit=${mayEdit} onChange=${onChange} />`,
      schedules: html`<${Schedules} scope=${scope} mayEdit=${mayEdit} />`,
    }} />`;
}

/** @typedef {Exclude<keyof typeof strings.parts, "exports">} PartName */

/**
 * The parts of the tab one below the other, then the exports; and links to all of them, which stay in sight.
 *
 * @param {Data & {mayEdit: boolean, parts: Partial<Record<PartName, ComponentChildren>>}} props
 */
function Layout({ scope, plan, mayEdit, parts }) {
  if (plan !== "paid") return html`<${FreePlan} />`;
  const names = /** @type {PartName[]} */ (Object.keys(parts));
  return html`<div class="data-management">
    <nav class="part-links" aria-label=${strings.partsLabel}>
      <ul>
        ${[...names, /** @type {const} */ ("exports")].map((name) => html`<li key=${name}><${PartLink} id=${name}>${strings.parts[name]}<//></li>`)}
      </ul>
    </nav>
    <div class="forms">
      ${names.map((name) => html`<div key=${name} id=${name} class="data-part">${parts[name]}</div>`)}
      <div id="exports" class="data-part"><${ExportList} scope=${scope} mayEdit=${mayEdit} /></div>
    </div>
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
