/** The view of an issuer: its numbers, its badges, and its data management. */

/**
 * @import { PlaceProps } from "./page.js"
 * @import { LoadListed } from "./place-list.js"
 */

import { getBadgeClasses, getIssuer } from "../api/places.js";
import { html } from "../shared/html.js";
import { useLoaded } from "../shared/loading.js";
import { strings } from "../strings.js";
import { Activity } from "./activity-later.js";
import { Dashboard } from "./dashboard/dashboard.js";
import { IssuerData } from "./data-management-later.js";
import { NotShown, Nowhere } from "./nowhere.js";
import { Page } from "./page.js";
import { mayEdit, mayManageTokens, maySeeTrail, useRole } from "./roles.js";

/** @param {PlaceProps} props */
export function Issuer({ me, onStale, id, tab }) {
  const { value: issuer, problem, reload } = useLoaded(() => getIssuer(id), `issuer ${id}`, true);
  const { organization, role } = useRole(me, issuer, onStale);
  if (problem) return html`<${NotShown} problem=${problem} onRetry=${reload} />`;
  if (!issuer || !organization) return html`<${Page} isLoading />`;
  if (tab === "activity" && !maySeeTrail(role)) return html`<${Nowhere} />`;
  const tabs = maySeeTrail(role) ? strings.tabs.issuerOfOwner : strings.tabs.issuer;
  const scope = { type: "issuer", id, name: issuer.name };
  return html`<${Page} me=${me} title=${issuer.name} text=${issuer.description} kicker=${strings.issuer} picture=${issuer.cacheableImage ?? issuer.image} trail=${[organization]} scope=${scope} tab=${tab} tabs=${tabs}>
    ${tab === "activity" && html`<${Activity} scope=${scope} plan=${organization.plan} />`}
    ${
      tab === "data-management" &&
      html`<${IssuerData} scope=${scope} organization=${organization} mayEdit=${mayEdit(role)} seesTrail=${maySeeTrail(role)}
        organizationId=${mayManageTokens(role) ? organization.id : undefined} />`
    }
    ${
      tab === "overview" &&
      html`<${Dashboard} scope=${scope} plan=${organization.plan} type="badge-class" load=${badgesOf(id)} />`
    }
  <//>`;
}

/**
 * Return the function that loads a page of an issuer's badges.
 *
 * @param {string} issuerId
 * @returns {LoadListed}
 */
const badgesOf = (issuerId) => (cursor, search, signal) => getBadgeClasses(issuerId, cursor, search, signal);
