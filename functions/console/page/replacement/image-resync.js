/** The progress of an image re-sync: a bar, the day it ends, and the images that could not be refreshed. */

/** @import { ReplacementDocument } from "../api/api-types.d.ts" */

import { getFailedImages, getReplacement } from "../api/replacements.js";
import { configuration } from "../configuration.js";
import { formatDay, formatDistance, formatNumber, formatPercent } from "../shared/formats.js";
import { html, useEffect, useState } from "../shared/html.js";
import { Loading, MoreButton, usePages } from "../shared/loading.js";
import { poll } from "../shared/polling.js";
import { strings } from "../strings.js";

const words = strings.resync;
const PACE = { shortest: 1500, longest: 30_000 };

/**
 * The image re-sync of a confirmed replacement, polled until it ends.
 *
 * @param {{replacement: ReplacementDocument}} props
 */
export function ImageResync({ replacement }) {
  const resync = useCurrentResync(replacement);
  if (!resync) return null;
  const { status, total, refreshed, pending, failed, windowEndsAt } = resync;
  const isCounting = total === 0 && status === "in-progress";
  return html`<section class="resync" aria-label=${words.title}>
    <header><h3>${words.title}</h3><span class="status ${status}">${words.status[status]}</span></header>
    <progress class=${status} max=${Math.max(total, 1)} value=${isCounting ? undefined : total ? refreshed : 1} aria-label=${words.title}></progress>
    ${
      total > 0
        ? html`<p><span>${words.refreshed(formatNumber(refreshed), formatNumber(total))}</span> <strong>${formatPercent((100 * refreshed) / total)}</strong></p>`
        : html`<p>${isCounting ? words.counting : words.noAwards}</p>`
    }
    ${status === "in-progress" && html`<p>${words.window(formatDay(windowEndsAt), formatDistance(windowEndsAt))}</p>`}
    ${failed > 0 && html`<p>${words.failed(failed, formatNumber(failed), status)}</p>`}
    ${status === "overdue" && html`<p class="notice warn">${words.overdue(formatNumber(failed + pending), formatDay(windowEndsAt))}</p>`}
    ${failed > 0 && html`<${FailedImages} key=${`${status} ${failed}`} replacementId=${replacement.id} />`}
    ${failed > 0 && html`<${Contact} />`}
  </section>`;
}

/** @param {{replacementId: string}} props */
function FailedImages({ replacementId }) {
  const pages = usePages((cursor) => getFailedImages(replacementId, cursor), `failed images of ${replacementId}`);
  if (pages.problem) return html`<${Loading} loaded=${pages} />`;
  return html`<details class="failed-images" open>
    <summary>${words.which}</summary>
    <ul>
      ${pages.items?.map(
        (award) => html`<li key=${award.awardId}>
          <code>${award.awardId}</code> <span>${award.reason}</span>
          <span class="meta">${words.tries(formatNumber(award.attempts), award.nextTryAt && formatDistance(award.nextTryAt))}</span>
        </li>`,
      )}
    </ul>
    <${MoreButton} more=${pages.more} />
  </details>`;
}

function Contact() {
  const address = configuration.contactAddress;
  if (!address) return null;
  return html`<p>${words.contact} <a href=${`mailto:${address}`}>${address}</a></p>`;
}

/** @param {ReplacementDocument} replacement */
function useCurrentResync(replacement) {
  const [resync, setResync] = useState(replacement.imageResync);
  const isInProgress = resync?.status === "in-progress";
  useEffect(() => setResync(replacement.imageResync), [replacement]);
  useEffect(() => {
    if (!isInProgress) return;
    let latest = JSON.stringify(replacement.imageResync);
    const polling = poll(async () => {
      const { imageResync } = await getReplacement(replacement.id);
      const hasChanged = JSON.stringify(imageResync) !== latest;
      latest = JSON.stringify(imageResync);
      setResync(imageResync);
      return hasChanged;
    }, PACE);
    return polling.stop;
  }, [replacement.id, isInProgress]);
  return resync;
}
