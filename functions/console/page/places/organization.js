/** The view of an organization: its issuers and its data management. */

/**
 * @import { PlaceProps } from "./page.js"
 * @import { OwnOrganization } from "./roles.js"
 */

import { getIssuers } from "../api/places.js";
import { html } from "../shared/html.js";
import { usePages } from "../shared/loading.js";
import { strings } from "../strings.js";
import { OrganizationData } from "./data-management.js";
import { Nowhere } from "./nowhere.js";
import { Page } from "./page.js";
import { organizationWith } from "./roles.js";
import { Tiles } from "./tiles.js";

/** @param {PlaceProps} props */
export function Organization({ me, id, tab }) {
  const organization = organizationWith(me, id);
  if (!organization?.isAdmin) return html`<${Nowhere} />`;
  const scope = { type: "organization", id, name: organization.name };
  return html`<${Page} title=${organization.name} kicker=${strings.dashboard} trail=${[]} scope=${scope} tab=${tab} tabs=${strings.tabs.organization}>
    ${
      tab === "overview"
        ? html`<section class="card"><h2>${strings.issuers}</h2><${IssuersOf} organization=${organization} /></section>`
        : html`<${OrganizationData} scope=${scope} plan=${organization.plan} />`
    }
  <//>`;
}

/** @param {{organization: OwnOrganization}} props */
export function IssuersOf({ organization }) {
  const pages = usePages((cursor) => getIssuers(organization.id, cursor), `issuers of ${organization.id}`);
  return html`<${Tiles} pages=${pages} none=${strings.noIssuers} type="issuer" />`;
}
