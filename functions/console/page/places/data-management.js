/** The Data management tab of an organization, an issuer, and a badge. */

/**
 * @import { BadgeClassDocument, ExportScope, OrganizationDocument } from "../api/api-types.d.ts"
 * @import { ComponentChildren } from "preact"
 */

import { configuration } from "../configuration.js";
import { DestinationProvider } from "../exports/destination.js";
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
import { badgeAwardsUrl } from "./routes.js";

/**
 * @typedef {object} Data
 * @property {ExportScope} scope
 * @property {Pick<OrganizationDocument, "plan" | "hasDestination" | "destinationBucket">} organization
 */

/** @param {Data & {onDestinationChange: () => Promise<void>}} props */
export function OrganizationData({ scope, organization, onDestinationChange }) {
  return html`<${Layout} scope=${scope} organization=${organization} mayEdit
    parts=${{
      awards: html`<${AwardExportForm} scope=${scope} />`,
      badges: html`<${BadgesExportForm} scope=${scope} />`,
      groups: html`<${GroupsExportForm} scope=${scope} />`,
      schedules: html`<${Schedules} scope=${scope} mayEdit seesTrail />`,
      settings: html`<${Settings} scope=${scope} organizationId=${scope.id} onDestinationChange=${onDestinationChange} />`,
    }} />`;
}

/**
 * @typedef {object} IssuerAccess
 * @property {boolean} mayEdit
 * @property {boolean} seesTrail
 * @property {string} [organizationId] the settings are shown if it is present
 */

/** @param {Data & IssuerAccess} props */
export function IssuerData({ scope, organization, mayEdit, seesTrail, organizationId }) {
  return html`<${Layout} scope=${scope} organization=${organization} mayEdit=${mayEdit}
    parts=${{
      awards: html`<${AwardExportForm} scope=${scope} />`,
      issuer: html`<${IssuerExportForm} scope=${scope} />`,
      badges: html`<${BadgesExportForm} scope=${scope} />`,
      groups: html`<${GroupsExportForm} scope=${scope} />`,
      schedules: html`<${Schedules} scope=${scope} mayEdit=${mayEdit} seesTrail=${seesTrail} />`,
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
export function BadgeData({ scope, badge, organization, mayEdit, onChange }) {
  return html`<${Layout} scope=${scope} organization=${organization} mayEdit=${mayEdit}
    parts=${{
      badge: html`<${BadgeExportForm} scope=${scope} awardsUrl=${badgeAwardsUrl(badge)} />`,
      replace: html`<${Replace} badge=${badge} mayEdit=${mayEdit} onChange=${onChange} />`,
      schedules: html`<${Schedules} scope=${scope} mayEdit=${mayEdit} />`,
    }} />`;
}

/** @typedef {Exclude<keyof typeof strings.parts, "exports">} PartName */

/**
 * The parts of the tab, followed by the exports. Links to all parts stay visible.
 *
 * @param {Data & {mayEdit: boolean, parts: Partial<Record<PartName, ComponentChildren>>}} props
 */
function Layout({ scope, organization, mayEdit, parts }) {
  if (organization.plan !== "paid") return html`<${FreePlan} />`;
  const names = /** @type {PartName[]} */ (Object.keys(parts));
  return html`<${DestinationProvider} value=${organization}>
    <div class="data-management">
      <nav class="part-links" aria-label=${strings.partsLabel}>
        <ul>
          ${[...names, /** @type {const} */ ("exports")].map((name) => html`<li key=${name}><${PartLink} id=${name}>${strings.parts[name]}<//></li>`)}
        </ul>
      </nav>
      <div class="forms">
        ${names.map((name) => html`<div key=${name} id=${name} class="data-part">${parts[name]}</div>`)}
        <div id="exports" class="data-part"><${ExportList} scope=${scope} mayEdit=${mayEdit} /></div>
      </div>
    </div>
  <//>`;
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
