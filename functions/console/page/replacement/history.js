/** A badge's replacements, and the latest confirmed one. */

/** @import { BadgeClassDocument, ReplacementDocument } from "../api/api-types.d.ts" */

import { getReplacements } from "../api/replacements.js";
import { Button } from "../shared/button.js";
import { formatDayAndTime } from "../shared/formats.js";
import { html } from "../shared/html.js";
import { Loading, MoreButton, useLoaded, usePages } from "../shared/loading.js";
import { strings } from "../strings.js";
import { Source } from "./facts.js";

const words = strings.replace;

// A page contains twenty replacements. More previews than this are unlikely in the 13 days of a re-sync.
const MOST_PAGES = 20;

/** @typedef {ReturnType<typeof usePages<ReplacementDocument>>} Replacements */

/**
 * Return the latest confirmed replacement. Any number of previews may be newer, so it may be on a later page of the
 * history. The page searches for it only once, because it remains the latest until a newer one is confirmed.
 *
 * @param {BadgeClassDocument} badge
 * @param {Replacements} history
 * @returns {ReturnType<typeof useLoaded<ReplacementDocument | null>>}
 */
export function useLatestReplaced(badge, history) {
  const shown = history.items?.find(isReplaced);
  const isFurtherDown = !shown && Boolean(history.more);
  const found = useLoaded(
    async () => (isFurtherDown ? findReplaced(badge.id) : null),
    `replaced ${badge.id} ${isFurtherDown}`,
  );
  return shown ? { value: shown, problem: null, reload: history.reload } : found;
}

/** @param {string} badgeId */
async function findReplaced(badgeId) {
  /** @type {string | undefined} */
  let cursor;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, nextCursor } = await getReplacements(badgeId, { cursor });
    const found = items.find(isReplaced);
    if (found || !nextCursor) return found ?? null;
    cursor = nextCursor;
  }
  return null;
}

/** @type {(replacement: ReplacementDocument) => boolean} */
const isReplaced = ({ status }) => status === "replaced";

/**
 * @param {object} props
 * @param {Replacements} props.history
 * @param {boolean} props.mayEdit
 * @param {boolean} props.isPreviewing
 * @param {(replacement: ReplacementDocument) => void} props.onReview
 */
export function History({ history, mayEdit, isPreviewing, onReview }) {
  if (!history.items) return html`<${Loading} loaded=${history} lines=${1} />`;
  if (history.items.length === 0) return mayEdit ? null : html`<p class="empty">${words.never}</p>`;
  return html`<details class="history" open=${!mayEdit}>
    <summary>${words.history}</summary>
    <ul>
      ${history.items.map(
        (item) => html`<li key=${item.id}>
          <div>
            <p><strong><bdi>${item.proposed.name}</bdi></strong> <span class="status ${item.status}">${words.status[item.status]}</span></p>
            <p class="meta"><span><${Source} source=${item.source} /></span> <span>${item.requestedBy}</span>
              <time datetime=${item.confirmedAt ?? item.createdAt}>${formatDayAndTime(item.confirmedAt ?? item.createdAt)}</time></p>
          </div>
          ${
            mayEdit &&
            !isPreviewing &&
            item.status === "previewed" &&
            html`<${Button} aria-label=${words.reviewOf(item.proposed.name)} onClick=${() => onReview(item)}>${words.reviewShort}<//>`
          }
        </li>`,
      )}
    </ul>
    <${MoreButton} more=${history.more} />
  </details>`;
}
