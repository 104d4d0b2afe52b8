/** The progress of an image re-sync: a bar, the day it ends, and the images that could not be refreshed. */

/** @import { ReplacementDocument } from "../api/api-types.d.ts" */

import { getReplacement } from "../api/replacements.js";
import { configuration } from "../configuration.js";
import { formatDay, formatNumber, formatPercent } from "../shared/formats.js";
import { html } from "../shared/html.js";
import { usePolled } from "../shared/polling.js";
import { strings } from "../strings.js";
import { FailedImages } from "./failed-images.js";

const words = strings.resync;
const PACE = { shortest: 1500, longest: 30_000 };
// A worker updates about 9,000 a minute, but other re-syncs may run at the same time.
const IMAGES_PER_MINUTE = 6000;

/**
 * The image re-sync of a confirmed replacement, polled until it ends.
 *
 * @param {{replacement: ReplacementDocument}} props
 */
export function ImageResync({ replacement }) {
  const resync = usePolled(
    replacement.imageResync,
    replacement.id,
    (value) => value?.status === "in-progress",
    async () => (await getReplacement(replacement.id)).imageResync,
    PACE,
  );
  if (!resync) return null;
  const { status, total, refreshed, pending, failed, windowEndsAt } = resync;
  const isCounting = total === 0 && status === "in-progress";
  const late = failed + pending;
  return html`<section class="resync" aria-label=${words.title}>
    <header><h3>${words.title}</h3><span class="status ${status}">${words.status[status]}</span></header>
    <progress class=${status} max=${Math.max(total, 1)} value=${isCounting ? undefined : total ? refreshed : 1} aria-label=${words.title}></progress>
    ${
      total > 0
        ? html`<p class="figures"><span>${words.refreshed(formatNumber(refreshed), total, formatNumber(total))}</span> <strong>${formatPercent((100 * refreshed) / total)}</strong></p>`
        : html`<p class="figures">${isCounting ? words.counting : words.noAwards}</p>`
    }
    ${status === "in-progress" && html`<p class="hint">${howLong(total, pending)} ${words.retried(formatDay(windowEndsAt))}</p>`}
    ${status === "overdue" && html`<p class="notice warn">${words.overdue(late, formatNumber(late), formatDay(windowEndsAt))}</p>`}
    ${status !== "overdue" && failed > 0 && html`<p>${words.failed(failed, formatNumber(failed))}</p>`}
    ${failed > 0 && html`<${FailedImages} key=${`${status} ${failed}`} replacementId=${replacement.id} />`}
    ${failed > 0 && html`<${Contact} />`}
  </section>`;
}

/**
 * Return a sentence about the time that the pending images take.
 *
 * @param {number} total
 * @param {number} pending
 */
function howLong(total, pending) {
  if (total > 0 && pending === 0) return "";
  const minutes = Math.max(Math.ceil(pending / IMAGES_PER_MINUTE), 1);
  return `${words.duration(minutes, formatNumber(minutes))} ${words.leave}`;
}

function Contact() {
  const address = configuration.contactAddress;
  if (!address) return null;
  return html`<p>${words.contact} <a href=${`mailto:${address}`}>${address}</a></p>`;
}
