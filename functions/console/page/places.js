/** The places of the platform that lead to data management: home, an organization's dashboard, an issuer, a badge. */

import { getBadgeClass, getBadgeClasses, getIssuer, getIssuers } from "./api.js";
import { API_ROOT } from "./configuration.js";
import { BadgeData, IssuerData, OrganizationData } from "./data-management.js";
import { LoadProblem } from "./fields.js";
import { isFocusLost } from "./focus.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { MoreButton, Skeleton, useLoaded, usePages } from "./loading.js";
import { mayEdit, organizationsOf, organizationWith, roleOnIssuer } from "./roles.js";
import { placeUrl } from "./routes.js";
import { strings } from "./strings.js";

/** Where the route leads. */
export function Place({ me, route }) {
  const view = { home: Home, organization: Organization, issuer: Issuer, "badge-class": Badge }[route.type] ?? Nowhere;
  return html`<${view} key=${`${route.type} ${route.id}`} me=${me} id=${route.id} tab=${route.tab} />`;
}

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

function Issuer({ me, id, tab }) {
  const { value: issuer, problem, reload } = useLoaded(() => getIssuer(id), `issuer ${id}`);
  if (problem) return html`<${NotShown} problem=${problem} onRetry=${reload} />`;
  if (!issuer) return html`<${Page} isLoading />`;
  const scope = { type: "issuer", id, name: issuer.name };
  const organization = organizationWith(me, issuer.organizationId);
  return html`<${Page} title=${issuer.name} kicker=${strings.issuer} picture=${issuer.image} trail=${[organization]} scope=${scope} tab=${tab} tabs=${strings.tabs.issuer}>
    ${
      tab === "overview"
        ? html`<${BadgesOf} issuer=${issuer} />`
        : html`<${IssuerData} scope=${scope} plan=${organization.plan} mayEdit=${mayEdit(roleOnIssuer(me, issuer))} />`
    }
  <//>`;
}

function Badge({ me, id, tab }) {
  const loaded = useLoaded(async () => {
    const badge = await getBadgeClass(id);
    return { badge, issuer: await getIssuer(badge.issuerId) };
  }, `badge ${id}`);
  // A badge's picture has one address, so a new one would not be seen; each replacement has an address of its own.
  const [newPicture, setNewPicture] = useState(null);
  const replaced = (replacement) => {
    setNewPicture(replacement.proposed.image);
    loaded.reload();
  };
  if (loaded.problem) return html`<${NotShown} problem=${loaded.problem} onRetry=${loaded.reload} />`;
  if (!loaded.value) return html`<${Page} isLoading />`;
  const { badge, issuer } = loaded.value;
  const scope = { type: "badge-class", id, name: badge.name };
  const organization = organizationWith(me, issuer.organizationId);
  return html`<${Page} title=${badge.name} kicker=${strings.badge} picture=${newPicture ?? badge.image} trail=${[organization, issuer]} scope=${scope} tab=${tab} tabs=${strings.tabs.badge}>
    ${
      tab === "overview"
        ? html`<${BadgeOverview} badge=${badge} />`
        : html`<${BadgeData} scope=${scope} badge=${badge} plan=${organization.plan} mayEdit=${mayEdit(roleOnIssuer(me, issuer))} onReplaced=${replaced} />`
    }
  <//>`;
}

function Nowhere() {
  return html`<${Page} title=${strings.nowhere.title}>
    <div class="card"><p>${strings.nowhere.text}</p><p><a class="button primary" href="#/">${strings.nowhere.home}</a></p></div>
  <//>`;
}

/** What is not there, or that the person has no role on: the API says the same of both. */
function NotShown({ problem, onRetry }) {
  if (problem.status === 404) return html`<${Nowhere} />`;
  return html`<${Page} title=${strings.notLoaded}><${LoadProblem} problem=${problem} onRetry=${onRetry} /><//>`;
}

/** A place's heading, the way back up, and its tabs. */
function Page({ title, kicker, picture, trail, scope, tab, tabs, isLoading, children }) {
  const heading = useRef(null);
  useEffect(() => {
    document.title = title ? `${title} – ${strings.product}` : strings.product;
  }, [title]);
  // Who came here by a link of the page is read the new heading, and goes on by keyboard from it.
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
        tabs &&
        html`<nav class="tabs" aria-label=${strings.tabsLabel(title)}>
          ${Object.entries(tabs).map(([name, text]) => html`<a key=${name} href=${placeUrl(scope, name)} aria-current=${name === tab ? "page" : undefined}>${text}</a>`)}
        </nav>`
      }
    </div>
    ${children}
  </div>`;
}

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

function IssuersOf({ organization }) {
  const pages = usePages((cursor) => getIssuers(organization.id, cursor), `issuers of ${organization.id}`);
  return html`<${Tiles} pages=${pages} none=${strings.noIssuers} place=${({ id }) => ({ type: "issuer", id })} />`;
}

function BadgesOf({ issuer }) {
  const pages = usePages((cursor) => getBadgeClasses(issuer.id, cursor), `badges of ${issuer.id}`);
  return html`<section class="card"><h2>${strings.badges}</h2>
    ${issuer.description && html`<p class="lead" dir="auto">${issuer.description}</p>`}
    <${Tiles} pages=${pages} none=${strings.noBadges} place=${({ id }) => ({ type: "badge-class", id })} />
  </section>`;
}

function Tiles({ pages, none, place }) {
  if (pages.problem) return html`<${LoadProblem} problem=${pages.problem} onRetry=${pages.reload} />`;
  if (!pages.items) return html`<${Skeleton} lines=${4} />`;
  if (pages.items.length === 0) return html`<p class="empty">${none}</p>`;
  return html`<ul class="tiles">
      ${pages.items.map((item) => html`<${Tile} key=${item.id} place=${place(item)} name=${item.name} note=${item.description} picture=${item.image} hasPicture />`)}
    </ul>
    <${MoreButton} more=${pages.more} />`;
}

function Tile({ place, name, note, picture, hasPicture }) {
  return html`<li class="tile">
    ${hasPicture && html`<${Picture} src=${picture} />`}
    <div><a href=${placeUrl(place)} dir="auto">${name}</a>${note && html`<p dir="auto">${note}</p>`}</div>
  </li>`;
}

/** A badge's or an issuer's picture, always of the same size; a hexagon where there is none, or none that can be shown. */
function Picture({ src }) {
  const [isBroken, setBroken] = useState(false);
  useEffect(() => setBroken(false), [src]);
  if (!src || isBroken) return html`<span class="badge-picture none" aria-hidden="true">⬡</span>`;
  return html`<img class="badge-picture" src=${src} alt="" width="56" height="56" loading="lazy" onError=${() => setBroken(true)} />`;
}

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
