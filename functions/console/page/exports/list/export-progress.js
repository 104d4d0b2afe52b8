/** The progress and the status of an export, and the button that cancels it. */

/** @import { ExportDocument } from "../../api/api-types.d.ts" */

import { removeExport } from "../../api/exports.js";
import { useAttempt } from "../../shared/attempts.js";
import { Button } from "../../shared/button.js";
import { formatDuration, formatNumber, formatPercent } from "../../shared/formats.js";
import { html } from "../../shared/html.js";
import { showToast } from "../../shared/toasts.js";
import { strings } from "../../strings.js";
import { announceChange, isDeleted } from "../watching.js";

const MIN_PERCENT = 2; // below this, the remaining time would be a guess

/**
 * The progress of an active export, with a button to cancel it.
 *
 * @param {{exported: ExportDocument}} props
 */
export function ExportProgress({ exported }) {
  return html`<div class="progress">
    <${ProgressBar} exported=${exported} />
    <p><${ProgressWords} exported=${exported} /> <${CancelButton} exported=${exported} /></p>
  </div>`;
}

/** @param {{exported: ExportDocument}} props */
export function ProgressBar({ exported }) {
  return html`<progress max="100" value=${exported.progress.percent} aria-label=${strings.exports.title(exported)}></progress>`;
}

/** @param {{exported: ExportDocument}} props */
export function ProgressWords({ exported: { status, startedAt, progress } }) {
  const { rows, expectedRows, percent } = progress;
  const expected = expectedRows === undefined ? undefined : formatNumber(expectedRows);
  const left = secondsLeft(startedAt, percent);
  return html`<span>${strings.exports.progress(status, formatNumber(rows), expected)}</span>
    ${percent !== undefined && html`<strong>${formatPercent(percent)}</strong>`}
    ${left !== null && html`<span>${strings.exports.timeLeft(formatDuration(left))}</span>`}`;
}

/**
 * Return the remaining time of an export at its speed so far, or null if it can't be estimated.
 *
 * @param {string | undefined} startedAt
 * @param {number | undefined} percent
 */
function secondsLeft(startedAt, percent) {
  if (!startedAt || percent === undefined || percent < MIN_PERCENT || percent >= 100) return null;
  const elapsed = (Date.now() - new Date(startedAt).getTime()) / 1000;
  return elapsed > 0 ? (elapsed * (100 - percent)) / percent : null;
}

/** @param {{exported: ExportDocument}} props */
export function Status({ exported }) {
  const status = isDeleted(exported) ? "deleted" : exported.status;
  return html`<span class="status ${status}">${strings.exports.status[status]}</span>`;
}

/** @param {{exported: ExportDocument}} props */
export function CancelButton({ exported }) {
  const { busy, run } = useAttempt();
  async function cancel() {
    const problem = await run("cancel", async () => announceChange(await removeExport(exported.id)));
    if (problem) showToast({ kind: "bad", text: problem.message });
  }
  return html`<${Button} look="quiet" busy=${busy} onClick=${cancel}>${strings.cancel}<//>`;
}
