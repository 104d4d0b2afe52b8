/** The view of a badge: its description and its data management. */

/**
 * @import { BadgeClassDocument } from "../api/api-types.d.ts"
 * @import { PlaceProps } from "./page.js"
 */

import { getBadgeClass, getIssuer } from "../api/places.js";
import { API_ROOT } from "../configuration.js";
import { ExternalLink } from "../shared/external-link.js";
import { html } from "../shared/html.js";
import { useLoaded } from "../shared/loading.js";
import { Markdown } from "../shared/markdown.js";
import { strings } from "../strings.js";
import { AwardFigures } from "./dashboard/award-figures.js";
import { BadgeData } from "./data-management-later.js";
import { NotShown } from "./nowhere.js";
import { Page } from "./page.js";
import { mayEdit, useRole } from "./roles.js";

/** @param {PlaceProps} props */
export function Badge({ me, onStale, id, tab }) {
  const loaded = useLoaded(async () => {
    const badge = await getBadgeClass(id);
    return { badge, issuer: await getIssuer(badge.issuerId) };
  }, `badge ${id}`);
  const { organization, role } = useRole(me, loaded.value?.issuer, onStale);
  if (loaded.problem) return html`<${NotShown} problem=${loaded.problem} onRetry=${loaded.reload} />`;
  if (!loaded.value || !organization) return html`<${Page} isLoading />`;
  const { badge, issuer } = loaded.value;
  const scope = { type: "badge-class", id, name: badge.name };
  return html`<${Page} me=${me} title=${badge.name} kicker=${strings.badge} picture=${badge.cacheableImage ?? badge.image} trail=${[organization, issuer]} scope=${scope} tab=${tab} tabs=${strings.tabs.badge}>
    ${
      tab === "overview"
        ? html`${organization.plan === "paid" && html`<${AwardFigures} scope=${scope} />`}<${BadgeOverview} badge=${badge} />`
        : html`<${BadgeData} scope=${scope} badge=${badge} organization=${organization} mayEdit=${mayEdit(role)} onChange=${loaded.reload} />`
    }
  <//>`;
}

/** @param {{badge: BadgeClassDocument}} props */
function BadgeOverview({ badge: { id, description, criteria = {}, alignment, tags } }) {
  const { parts } = strings.replace;
  return html`<section class="card badge-overview">
    <h2>${strings.about}</h2>
    ${description && html`<p class="long" dir="auto">${description}</p>`}
    <h3>${parts.criteria}</h3>
    ${criteria.narrative && html`<${Markdown} text=${criteria.narrative} />`}
    ${criteria.id && html`<p class="address"><${ExternalLink} href=${criteria.id} /></p>`}
    ${!criteria.narrative && !criteria.id && html`<p class="empty">${strings.replace.nothing}</p>`}
    ${
      alignment.length > 0 &&
      html`<h3>${parts.alignment}</h3>
        <ul class="alignment">${alignment.map((target, n) => html`<li key=${n}><${Alignment} target=${target} /></li>`)}</ul>`
    }
    ${
      tags.length > 0 &&
      html`<h3>${parts.tags}</h3>
        <ul class="tags">${tags.map((tag) => html`<li key=${tag} dir="auto">${tag}</li>`)}</ul>`
    }
    <p><a href=${`${API_ROOT}public/badges/${id}`} target="_blank" rel="noreferrer">${strings.publicPage}</a></p>
  </section>`;
}

/** @param {{target: Record<string, string>}} props */
function Alignment({ target: { targetName, targetUrl, targetDescription, targetFramework, targetCode } }) {
  const standard = [targetFramework, targetCode].filter(Boolean).join(" · ");
  return html`${targetUrl ? html`<${ExternalLink} href=${targetUrl}><bdi>${targetName || targetUrl}</bdi><//>` : html`<bdi>${targetName}</bdi>`}
    ${standard && html` <span class="address"><bdi>${standard}</bdi></span>`}
    ${targetDescription && html`<p class="long" dir="auto">${targetDescription}</p>`}`;
}
