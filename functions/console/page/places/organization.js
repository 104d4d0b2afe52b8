/** The view of an organization: its numbers, its issuers, and its data management. */

/**
 * @import { PlaceProps } from "./page.js"
 * @import { LoadListed } from "./place-list.js"
 */

import { getIssuers } from "../api/places.js";
import { html } from "../shared/html.js";
import { strings } from "../strings.js";
import { Activity } from "./activity-later.js";
import { Dashboard } from "./dashboard/dashboard.js";
import { OrganizationData } from "./data-management-later.js";
import { Nowhere } from "./nowhere.js";
import { Page } from "./page.js";
import { organizationWith } from "./roles.js";

/** @param {PlaceProps} props */
export function Organization({ me, onStale, id, tab }) {
  const organization = organizationWith(me, id);
  if (!organization?.isAdmin) return html`<${Nowhere} />`;
  const scope = { type: "organization", id, name: organization.name };
  return html`<${Page} me=${me} title=${organization.name} kicker=${strings.organization} trail=${[]} scope=${scope} tab=${tab} tabs=${strings.tabs.organization}>
    ${tab === "activity" && html`<${Activity} scope=${scope} plan=${organization.plan} />`}
    ${tab === "data-management" && html`<${OrganizationData} scope=${scope} organization=${organization} onDestinationChange=${onStale} />`}
    ${
      tab === "overview" &&
      html`<${Dashboard} scope=${scope} plan=${organization.plan} type="issuer" load=${issuersOf(id)} />`
    }
  <//>`;
}

/**
 * Return the function that loads a page of an organization's issuers.
 *
 * @param {string} organizationId
 * @returns {LoadListed}
 */
const issuersOf = (organizationId) => (cursor, search, signal) => getIssuers(organizationId, cursor, search, signal);
