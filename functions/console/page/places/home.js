/** The home view: the signed-in person's organizations and issuers, if there are several. */

/**
 * @import { Me } from "../api/api-types.d.ts"
 * @import { OwnOrganization } from "./roles.js"
 * @import { LoadListed } from "./place-list.js"
 */

import { getIssuer, getIssuers } from "../api/places.js";
import { useKept } from "../shared/history-entries.js";
import { html, useMemo } from "../shared/html.js";
import { strings } from "../strings.js";
import { EmptyPlace } from "./dashboard/dashboard.js";
import { Page } from "./page.js";
import { PlaceList } from "./place-list.js";
import { organizationsOf } from "./roles.js";
import { placeUrl } from "./routes.js";

const SHOWN = 12; // issuers of each organization

/** @param {{me: Me}} props */
export function Home({ me }) {
  const organizations = organizationsOf(me);
  return html`<${Page} me=${me} title=${strings.home.title}>
    ${organizations.length === 0 && html`<p class="card empty">${strings.home.none(me.email)}</p>`}
    ${organizations.map((organization) => html`<${OrganizationCard} key=${organization.id} organization=${organization} />`)}
  <//>`;
}

/** @param {{organization: OwnOrganization}} props */
function OrganizationCard({ organization }) {
  const { id, name, isAdmin } = organization;
  const [isOpen, setOpen] = useKept(`organization ${id}`, true);
  const load = useMemo(() => (isAdmin ? issuersOf(id) : ownIssuers(organization)), [organization]);
  return html`<section class="card organization-card">
    <header class="card-header">
      <h2><button type="button" class="fold" aria-expanded=${isOpen ? "true" : "false"} onClick=${() => setOpen(!isOpen)}><bdi>${name}</bdi></button></h2>
      ${isAdmin && html`<a class="button" href=${placeUrl({ type: "organization", id })} aria-label=${strings.home.openOf(name)}>${strings.home.open}</a>`}
    </header>
    ${isOpen && html`<${PlaceList} type="issuer" of=${id} load=${load} none=${html`<${EmptyPlace} type="organization" />`} level="h3" />`}
  </section>`;
}

/** @type {(organizationId: string) => LoadListed} */
const issuersOf = (organizationId) => (cursor, search, signal) =>
  getIssuers(organizationId, cursor, { ...search, limit: SHOWN }, signal);

/**
 * Return a function that loads a page of the issuers in a person's memberships.
 *
 * @param {OwnOrganization} organization
 * @returns {LoadListed}
 */
function ownIssuers({ issuers }) {
  return async (cursor = "0", { search = "" }) => {
    const wanted = search.toLowerCase().split(/\s+/);
    const found = issuers
      .filter(({ name }) => wanted.every((word) => name.toLowerCase().includes(word)))
      .sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
    const start = Number(cursor);
    const items = found.slice(start, start + SHOWN).map(async ({ id, name, role }) => {
      const document = await getIssuer(id).catch(() => ({ id, name }));
      return { ...document, note: strings.roles[role] };
    });
    const nextCursor = start + SHOWN < found.length ? `${start + SHOWN}` : undefined;
    return { items: await Promise.all(items), total: found.length, nextCursor };
  };
}
