/** The view of an issuer: its badges and its data management. */

/**
 * @import { IssuerDocument } from "../api/api-types.d.ts"
 * @import { PlaceProps } from "./page.js"
 */

import { getBadgeClasses, getIssuer } from "../api/places.js";
import { html } from "../shared/html.js";
import { useLoaded, usePages } from "../shared/loading.js";
import { strings } from "../strings.js";
import { IssuerData } from "./data-management.js";
import { NotShown } from "./nowhere.js";
import { Page } from "./page.js";
import { mayEdit, useRole } from "./roles.js";
import { Tiles } from "./tiles.js";

/** @param {PlaceProps} props */
export function Issuer({ me, onStale, id, tab }) {
  const { value: issuer, problem, reload } = useLoaded(() => getIssuer(id), `issuer ${id}`);
  const { organization, role } = useRole(me, issuer, onStale);
  if (problem) return html`<${NotShown} problem=${problem} onRetry=${reload} />`;
  if (!issuer || !organization) return html`<${Page} isLoading />`;
  const scope = { type: "issuer", id, name: issuer.name };
  return html`<${Page} title=${issuer.name} kicker=${strings.issuer} picture=${issuer.image} trail=${[organization]} scope=${scope} tab=${tab} tabs=${strings.tabs.issuer}>
    ${
      tab === "overview"
        ? html`<${BadgesOf} issuer=${issuer} />`
        : html`<${IssuerData} scope=${scope} plan=${organization.plan} mayEdit=${mayEdit(role)} />`
    }
  <//>`;
}

/** @param {{issuer: IssuerDocument}} props */
function BadgesOf({ issuer }) {
  const pages = usePages((cursor) => getBadgeClasses(issuer.id, cursor), `badges of ${issuer.id}`);
  return html`<section class="card"><h2>${strings.badges}</h2>
    ${issuer.description && html`<p class="lead" dir="auto">${issuer.description}</p>`}
    <${Tiles} pages=${pages} none=${strings.noBadges} type="badge-class" />
  </section>`;
}
