/** The view of a badge: its description and its data management. */

/**
 * @import { BadgeClassDocument, ReplacementDocument } from "../api/api-types.d.ts"
 * @import { PlaceProps } from "./page.js"
 */

import { getBadgeClass, getIssuer } from "../api/places.js";
import { API_ROOT } from "../configuration.js";
import { html, useState } from "../shared/html.js";
import { useLoaded } from "../shared/loading.js";
import { strings } from "../strings.js";
import { BadgeData } from "./data-management.js";
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
  return html`<${Page} me=${me} title=${badge.name} kicker=${strings.badge} picture=${newPicture ?? badge.cacheableImage ?? badge.image} trail=${[organization, issuer]} scope=${scope} tab=${tab} tabs=${strings.tabs.badge}>
    ${
      tab === "overview"
        ? html`<${BadgeOverview} badge=${badge} />`
        : html`<${BadgeData} scope=${scope} badge=${badge} plan=${organization.plan} mayEdit=${mayEdit(role)} onReplaced=${replaced} />`
    }
  <//>`;
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
