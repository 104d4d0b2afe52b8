/** The views that lead to data management: home, an organization's dashboard, an issuer, a badge. */

/**
 * @import { ComponentChildren } from "preact"
 * @import { BadgeClassDocument, ExportScope, IssuerDocument, Me, ReplacementDocument } from "./api-types.d.ts"
 * @import { Scope } from "./api.js"
 * @import { OwnOrganization } from "./roles.js"
 * @import { Route, Tab } from "./routes.js"
 */

import { getBadgeClass, getBadgeClasses, getIssuer, getIssuers } from "./api.js";
import { API_ROOT } from "./configuration.js";
import { BadgeData, IssuerData, OrganizationData } from "./data-management.js";
import { LoadProblem } from "./fields.js";
import { isFocusLost } from "./focus.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { MoreButton, Skeleton, useLoaded, usePages } from "./loading.js";
import { Problem } from "./problems.js";
import { mayEdit, organizationsOf, organizationWith, roleOnIssuer } from "./roles.js";
import { placeUrl, TABS } from "./routes.js";
import { strings } from "./strings.js";

/** @typedef {{me: Me, onStale: () => Promise<void>, id: string, tab: Tab}} PlaceProps */

/**
 * The view of a route. `onStale` is called if the person has a role that `me` doesn't contain yet.
 *
 * @param {{me: Me, onStale: () => Promise<void>, route: Route}} props
 */
export function Place({ me, onStale, route }) {
  const view = { home: Home, organization: Organization, issuer: Issuer, "badge-class": Badge, unknown: Nowhere }[
    route.type
  ];
  return html`<${view} key=${`${route.type} ${route.id}`} me=${me} onStale=${onStale} id=${route.id} tab=${route.tab} />`;
}

/** @param {{me: Me}} props */
function Home({ me }) {
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

/** @param {PlaceProps} props */
function Organization({ me, id, tab }) {
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

/** @param {PlaceProps} props */
function Issuer({ me, onStale, id, tab }) {
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

/** @param {PlaceProps} props */
function Badge({ me, onStale, id, tab }) {
  const loaded = useLoaded(async () => {
    const badge = await getBadgeClass(id);
    return { badge, issuer: await getIssuer(badge.issuerId) };
  }, `badge ${id}`);
  const { organization, role } = useRole(me, loaded.value?.issuer, onStale);
  // A badge's image has one URL, so a new one would not be loaded; each replacement has a URL of its own.
  const [newPicture, setNewPicture] = useState(/** @type {string | null | undefined} */ (null));
  /** @param {ReplacementDocument} replacement */
  const replaced = (replacement) => {
    setNewPicture(replacement.proposed.image);
    loaded.reload();
  };
  if (loaded.problem) return html`<${NotShown} problem=${loaded.problem} onRetry=${loaded.reload} />`;
  if (!loaded.value || !organization) return html`<${Page} isLoading />`;
  const { badge, issuer } = loaded.value;
  const scope = { type: "badge-class", id, name: badge.name };
  return html`<${Page} title=${badge.name} kicker=${strings.badge} picture=${newPicture ?? badge.image} trail=${[organization, issuer]} scope=${scope} tab=${tab} tabs=${strings.tabs.badge}>
    ${
      tab === "overview"
        ? html`<${BadgeOverview} badge=${badge} />`
        : html`<${BadgeData} scope=${scope} badge=${badge} plan=${organization.plan} mayEdit=${mayEdit(role)} onReplaced=${replaced} />`
    }
  <//>`;
}

/**
 * Return the organization of an issuer and the person's role there. A role that was added after the page was opened is
 * not in `me`, although the API already shows the issuer.
 *
 * @param {Me} me
 * @param {IssuerDocument | undefined} issuer
 * @param {() => Promise<void>} onStale
 */
function useRole(me, issuer, onStale) {
  const role = issuer && roleOnIssuer(me, issuer);
  const isStale = issuer !== undefined && role === undefined;
  useEffect(() => {
    if (isStale) onStale();
  }, [isStale]);
  return { organization: role && organizationWith(me, issuer.organizationId), role };
}

function Nowhere() {
  return html`<${Page} title=${strings.nowhere.title}>
    <div class="card"><p>${strings.nowhere.text}</p><p><a class="button primary" href="#/">${strings.nowhere.home}</a></p></div>
  <//>`;
}

/**
 * The view of something that doesn't exist, or that the person has no role on: the API returns the same for both.
 *
 * @param {{problem: Error, onRetry: () => Promise<void>}} props
 */
function NotShown({ problem, onRetry }) {
  if (problem instanceof Problem && problem.status === 404) return html`<${Nowhere} />`;
  return html`<${Page} title=${strings.notLoaded}><${LoadProblem} problem=${problem} onRetry=${onRetry} /><//>`;
}

/**
 * A view's heading, breadcrumbs, and tabs.
 *
 * @param {object} props
 * @param {string} [props.title]
 * @param {string} [props.kicker] what kind of place it is
 * @param {string} [props.picture]
 * @param {Ancestors} [props.trail]
 * @param {ExportScope} [props.scope]
 * @param {Tab} [props.tab]
 * @param {Record<Tab, string>} [props.tabs]
 * @param {boolean} [props.isLoading]
 * @param {ComponentChildren} [props.children]
 */
function Page({ title = "", kicker, picture, trail, scope, tab, tabs, isLoading, children }) {
  const heading = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => {
    document.title = title ? `${title} – ${strings.product}` : strings.product;
  }, [title]);
  // After a link of the page, screen readers read the new heading, and the keyboard continues from it.
  useEffect(() => {
    if (heading.current && isFocusLost()) heading.current.focus({ preventScroll: true });
  }, [isLoading]);
  if (isLoading)
    return html`<div class="page" aria-busy="true"><div class="page-header"><${Skeleton} lines=${3} /></div></div>`;
  return html`<div class="page">
    <div class="page-header">
      <${Trail} trail=${trail} />
      <div class="title">
        ${scope && scope.type !== "organization" && html`<${Picture} src=${picture} />`}
        <div>${kicker && html`<p class="kicker">${kicker}</p>`}<h1 ref=${heading} tabindex="-1" dir="auto">${title}</h1></div>
      </div>
      ${
        scope &&
        tabs &&
        html`<nav class="tabs" aria-label=${strings.tabsLabel(title)}>
          ${TABS.map((name) => html`<a key=${name} href=${placeUrl(scope, name)} aria-current=${name === tab ? "page" : undefined}>${tabs[name]}</a>`)}
        </nav>`
      }
    </div>
    ${children}
  </div>`;
}

/**
 * The breadcrumbs of a view.
 * @typedef {[organization?: OwnOrganization, issuer?: IssuerDocument]} Ancestors
 */

/** @param {{trail?: Ancestors}} props */
function Trail({ trail }) {
  if (!trail) return null;
  const [organization, issuer] = trail;
  return html`<nav class="trail" aria-label=${strings.trail}>
    <a href="#/">${strings.home.short}</a>
    ${
      organization &&
      html`<span aria-hidden="true">›</span>
        ${organization.isAdmin ? html`<a href=${placeUrl({ type: "organization", id: organization.id })}>${organization.name}</a>` : html`<span>${organization.name}</span>`}`
    }
    ${issuer && html`<span aria-hidden="true">›</span><a href=${placeUrl({ type: "issuer", id: issuer.id })}>${issuer.name}</a>`}
  </nav>`;
}

/** @param {{organization: OwnOrganization}} props */
function IssuersOf({ organization }) {
  const pages = usePages((cursor) => getIssuers(organization.id, cursor), `issuers of ${organization.id}`);
  return html`<${Tiles} pages=${pages} none=${strings.noIssuers} type="issuer" />`;
}

/** @param {{issuer: IssuerDocument}} props */
function BadgesOf({ issuer }) {
  const pages = usePages((cursor) => getBadgeClasses(issuer.id, cursor), `badges of ${issuer.id}`);
  return html`<section class="card"><h2>${strings.badges}</h2>
    ${issuer.description && html`<p class="lead" dir="auto">${issuer.description}</p>`}
    <${Tiles} pages=${pages} none=${strings.noBadges} type="badge-class" />
  </section>`;
}

/**
 * @param {object} props
 * @param {ReturnType<typeof usePages<BadgeClassDocument | IssuerDocument>>} props.pages
 * @param {string} props.none the text for an empty list
 * @param {ExportScope["type"]} props.type of the places that the tiles lead to
 */
function Tiles({ pages, none, type }) {
  if (pages.problem) return html`<${LoadProblem} problem=${pages.problem} onRetry=${pages.reload} />`;
  if (!pages.items) return html`<${Skeleton} lines=${4} />`;
  if (pages.items.length === 0) return html`<p class="empty">${none}</p>`;
  return html`<ul class="tiles">
      ${pages.items.map((item) => html`<${Tile} key=${item.id} place=${{ type, id: item.id }} name=${item.name} note=${item.description} picture=${item.image} hasPicture />`)}
    </ul>
    <${MoreButton} more=${pages.more} />`;
}

/**
 * @param {object} props
 * @param {Scope} props.place
 * @param {string} props.name
 * @param {string} [props.note]
 * @param {string} [props.picture]
 * @param {boolean} [props.hasPicture]
 */
function Tile({ place, name, note, picture, hasPicture }) {
  return html`<li class="tile">
    ${hasPicture && html`<${Picture} src=${picture} />`}
    <div><a href=${placeUrl(place)} dir="auto">${name}</a>${note && html`<p dir="auto">${note}</p>`}</div>
  </li>`;
}

/**
 * The image of a badge or an issuer, always of the same size; a hexagon if there is none or it can't be shown.
 *
 * @param {{src?: string}} props
 */
function Picture({ src }) {
  const [isBroken, setBroken] = useState(false);
  useEffect(() => setBroken(false), [src]);
  if (!src || isBroken) return html`<span class="badge-picture none" aria-hidden="true">⬡</span>`;
  return html`<img class="badge-picture" src=${src} alt="" width="56" height="56" loading="lazy" onError=${() => setBroken(true)} />`;
}

/** @param {{badge: BadgeClassDocument}} props */
function BadgeOverview({ badge }) {
  const { criteria = {} } = badge;
  return html`<section class="card badge-overview">
    <h2>${strings.about}</h2>
    ${badge.description && html`<p class="long" dir="auto">${badge.description}</p>`}
    <h3>${strings.replace.parts.criteria}</h3>
    ${criteria.narrative && html`<p class="long" dir="auto">${criteria.narrative}</p>`}
    ${criteria.id && html`<p class="address">${criteria.id}</p>`}
    ${
      badge.alignment.length > 0 &&
      html`<h3>${strings.replace.parts.alignment}</h3>
        <ul class="alignment">${badge.alignment.map((target, n) => html`<li key=${n}><span>${target.targetName}</span> <span class="address">${target.targetUrl}</span></li>`)}</ul>`
    }
    ${
      badge.tags.length > 0 &&
      html`<h3>${strings.replace.parts.tags}</h3>
        <ul class="tags">${badge.tags.map((tag) => html`<li key=${tag}>${tag}</li>`)}</ul>`
    }
    <p><a href=${`${API_ROOT}public/badges/${badge.id}`} target="_blank" rel="noreferrer">${strings.publicPage}</a></p>
  </section>`;
}
