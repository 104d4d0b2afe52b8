/** The progress and the status of an export, and the button that cancels or deletes it. */

/** @import { ExportDocument } from "../../api/api-types.d.ts" */

import { removeExport } from "../../api/exports.js";
import { useAttempt } from "../../shared/attempts.js";
import { Button } from "../../shared/button.js";
import { ConfirmDialog } from "../../shared/dialogs.js";
import { formatNumber, formatPercent } from "../../shared/formats.js";
import { html, useState } from "../../shared/html.js";
import { showToast } from "../../shared/toasts.js";
import { strings } from "../../strings.js";
import { announceChange, isActive } from "../watching.js";

/**
 * The progress of an export, with a button to cancel it, or its final status.
 *
 * @param {{exported: ExportDocument}} props
 */
export function ExportProgress({ exported }) {
  const { rows, expectedRows, percent } = exported.progress;
  if (!isActive(exported)) {
    return html`<p class="progress-end"><${Status} exported=${exported} /> ${strings.exports.ended(exported)}</p>`;
  }
  const words = strings.exports.progress(
    exported.status,
    formatNumber(rows),
    expectedRows === undefined ? undefined : formatNumber(expectedRows),
  );
  return html`<div class="progress">
    <progress max="100" value=${percent} aria-label=${strings.exports.title(exported)}></progress>
    <p><span>${words}</span> ${percent !== undefined && html`<strong>${formatPercent(percent)}</strong>`}
      <${RemoveButton} exported=${exported} /></p>
  </div>`;
}

/** @param {{exported: ExportDocument}} props */
export function Status({ exported }) {
  return html`<span class="status ${exported.status}">${strings.exports.status[exported.status]}</span>`;
}

/**
 * The button that cancels an export immediately, or deletes its file after a confirmation.
 *
 * @param {{exported: ExportDocument}} props
 */
export function RemoveButton({ exported }) {
  const { busy, problem, run } = useAttempt();
  const [isAsking, setAsking] = useState(false);

  async function remove() {
    const failure = await run("remove", async () => {
      announceChange(await removeExport(exported.id));
      setAsking(false);
    });
    if (failure && !isAsking) showToast({ kind: "bad", text: failure.message });
  }

  if (isActive(exported)) {
    return html`<${Button} look="quiet" busy=${busy} onClick=${remove}>${strings.exports.cancel}<//>`;
  }
  return html`<${Button} look="quiet" onClick=${() => setAsking(true)}>${strings.exports.remove}<//>
    ${
      isAsking &&
      html`<${ConfirmDialog} title=${strings.exports.removeTitle} text=${strings.exports.removeText(exported.file?.name ?? strings.exports.title(exported))}
        action=${strings.exports.remove} busy=${busy} problem=${problem} onConfirm=${remove} onClose=${() => setAsking(false)} />`
    }`;
}
