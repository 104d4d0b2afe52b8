/** The awards whose images could not be updated, grouped by the reason. */

/** @import { FailedImageDocument } from "../api/api-types.d.ts" */

import { getFailedImages } from "../api/replacements.js";
import { API_ROOT } from "../configuration.js";
import { Button } from "../shared/button.js";
import { formatDistance, formatNumber } from "../shared/formats.js";
import { html, useState } from "../shared/html.js";
import { Loading, MoreButton, usePages } from "../shared/loading.js";
import { strings } from "../strings.js";

const words = strings.resync;
const SHOWN_FIRST = 5;

/** @param {{replacementId: string}} props */
export function FailedImages({ replacementId }) {
  const pages = usePages((cursor) => getFailedImages(replacementId, cursor), `failed images of ${replacementId}`);
  if (pages.problem) return html`<${Loading} loaded=${pages} />`;
  /** @type {Map<string, FailedImageDocument[]>} */
  const byReason = new Map();
  for (const award of pages.items ?? []) byReason.set(award.reason, [...(byReason.get(award.reason) ?? []), award]);
  return html`<details class="failed-images" open>
    <summary>${words.which}</summary>
    <ul>
      ${[...byReason].map(([reason, awards]) => html`<li key=${reason}><${Group} reason=${reason} awards=${awards} hasMore=${pages.more !== null} /></li>`)}
    </ul>
    <${MoreButton} more=${pages.more} />
  </details>`;
}

/**
 * The awards that failed for one reason. Initially, only the first few are shown.
 *
 * @param {{reason: string, awards: FailedImageDocument[], hasMore: boolean}} props
 */
function Group({ reason, awards, hasMore }) {
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? awards : awards.slice(0, SHOWN_FIRST);
  return html`<p><strong dir="auto">${reason}</strong> <span class="hint">${words.awards(awards.length, formatNumber(awards.length), hasMore)}</span></p>
    <ul class="awards">
      ${shown.map(
        ({ awardId, attempts, nextTryAt }) => html`<li key=${awardId}>
          <a href=${`${API_ROOT}public/assertions/${awardId}`} target="_blank" rel="noreferrer" aria-label=${words.awardPage(awardId)}><code>${awardId}</code></a>
          <span class="hint">${words.attempts(attempts, formatNumber(attempts), nextTryAt && formatDistance(nextTryAt))}</span>
        </li>`,
      )}
    </ul>
    ${shown.length < awards.length && html`<div class="actions small"><${Button} look="quiet" onClick=${() => setShowsAll(true)}>${words.showAll(formatNumber(awards.length))}<//></div>`}`;
}
