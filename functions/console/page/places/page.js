/** The frame of a view: heading, breadcrumbs, and tabs. */

/**
 * @import { ExportScope, IssuerDocument, Me } from "../api/api-types.d.ts"
 * @import { Tab } from "./routes.js"
 * @import { OwnOrganization } from "./roles.js"
 * @import { ComponentChildren } from "preact"
 */

import { isFocusLost } from "../shared/focus.js";
import { html, useEffect, useRef } from "../shared/html.js";
import { Skeleton } from "../shared/loading.js";
import { Picture } from "../shared/picture.js";
import { strings } from "../strings.js";
import { onlyPlaceOf } from "./roles.js";
import { placeUrl, TABS } from "./routes.js";

/** @typedef {{me: Me, onStale: () => Promise<void>, id: string, tab: Tab}} PlaceProps */

/**
 * A view's heading, breadcrumbs, and tabs.
 *
 * @param {object} props
 * @param {Me} [props.me]
 * @param {string} [props.title]
 * @param {string} [props.text] one line below the title
 * @param {string} [props.kicker] the kind of place
 * @param {string} [props.picture]
 * @param {Ancestors} [props.trail]
 * @param {ExportScope} [props.scope]
 * @param {Tab} [props.tab]
 * @param {Partial<Record<Tab, string>>} [props.tabs] the names of the tabs that the person can open
 * @param {boolean} [props.isLoading]
 * @param {ComponentChildren} [props.children]
 */
export function Page({ me, title = "", text, kicker, picture, trail, scope, tab, tabs, isLoading, children }) {
  const heading = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => {
    document.title = [title, tab && tabs?.[tab], strings.product].filter(Boolean).join(" – ");
  }, [title, tab]);
  // After a person follows a link on the page, screen readers read the new heading, and the keyboard continues from it.
  useEffect(() => {
    if (heading.current && isFocusLost()) heading.current.focus({ preventScroll: true });
  }, [isLoading]);
  if (isLoading) return html`<${PageSkeleton} />`;
  return html`<div class="page">
    <div class="page-header">
      <${Trail} trail=${trail} hasHome=${!(me && onlyPlaceOf(me))} />
      <div class="title">
        ${scope && scope.type !== "organization" && html`<${Picture} src=${picture} />`}
        <div>${kicker && html`<p class="kicker">${kicker}</p>`}<h1 ref=${heading} tabindex="-1" dir="auto">${title}</h1>
          ${text && html`<p class="subtitle" dir="auto">${text}</p>`}</div>
      </div>
      ${
        scope &&
        tabs &&
        html`<nav class="tabs" aria-label=${strings.tabsLabel(title)}>
          ${TABS.filter((name) => tabs[name]).map((name) => html`<a key=${name} href=${placeUrl(scope, name)} aria-current=${name === tab ? "page" : undefined}>${tabs[name]}</a>`)}
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

/** @param {{trail?: Ancestors, hasHome: boolean}} props */
function Trail({ trail, hasHome }) {
  if (!trail) return null;
  const [organization, issuer] = trail;
  const steps = [
    hasHome && html`<a href="#/">${strings.home.short}</a>`,
    organization &&
      (organization.isAdmin
        ? html`<a href=${placeUrl({ type: "organization", id: organization.id })}><bdi>${organization.name}</bdi></a>`
        : html`<bdi>${organization.name}</bdi>`),
    issuer && html`<a href=${placeUrl({ type: "issuer", id: issuer.id })}><bdi>${issuer.name}</bdi></a>`,
  ].filter(Boolean);
  if (steps.length === 0) return null;
  return html`<nav class="trail" aria-label=${strings.trail}><ol>${steps.map((step, n) => html`<li key=${n}>${step}</li>`)}</ol></nav>`;
}

/** The placeholder of a view's heading and tabs while they are loading. */
function PageSkeleton() {
  return html`<div class="page page-skeleton" aria-busy="true"><div class="page-header"><${Skeleton} lines=${3} /></div></div>`;
}
