/** The home view: the organizations of the person who is signed in. */

/** @import { Me } from "../api/api-types.d.ts" */

import { html } from "../shared/html.js";
import { strings } from "../strings.js";
import { IssuersOf } from "./organization.js";
import { Page } from "./page.js";
import { organizationsOf } from "./roles.js";
import { placeUrl } from "./routes.js";
import { Tile } from "./tiles.js";

/** @param {{me: Me}} props */
export function Home({ me }) {
  const organizations = organizationsOf(me);
  return html`<${Page} title=${strings.home.title}>
    ${organizations.length === 0 && html`<p class="card empty">${strings.home.none(me.email)}</p>`}
    ${organizations.map(
      (organization) => html`<section class="card" key=${organization.id}>
        <header class="card-header">
          <h2>${organization.name}</h2>
          ${organization.isAdmin && html`<a class="button primary" href=${placeUrl({ type: "organization", id: organization.id })}>${strings.home.dashboard}</a>`}
        </header>
        ${
          organization.isAdmin
            ? html`<${IssuersOf} organization=${organization} />`
            : html`<ul class="tiles">${organization.issuers.map(
                (issuer) => html`<${Tile} key=${issuer.id}
                  place=${{ type: "issuer", id: issuer.id }} name=${issuer.name} note=${strings.roles[issuer.role]} />`,
              )}</ul>`
        }
      </section>`,
    )}
  <//>`;
}
