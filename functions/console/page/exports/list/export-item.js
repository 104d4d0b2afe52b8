/** One export in the list: its description, progress, and file. */

/** @import { ExportDocument, File } from "../../api/api-types.d.ts" */

import { useAttempt } from "../../shared/attempts.js";
import { Button } from "../../shared/button.js";
import { boundsInWords, formatBytes, formatDayAndTime, formatDistance, formatNumber } from "../../shared/formats.js";
import { html } from "../../shared/html.js";
import { showToast } from "../../shared/toasts.js";
import { strings } from "../../strings.js";
import { download, isActive } from "../watching.js";
import { ExportProgress, RemoveButton, Status } from "./export-progress.js";

/** @param {{exported: ExportDocument}} props */
export function ExportItem({ exported }) {
  const done = exported.status === "succeeded";
  return html`<article class="export" aria-label=${strings.exports.title(exported)}>
    <header>
      <h3>${strings.exports.title(exported)}</h3>
      <${Status} exported=${exported} />
    </header>
    <${Options} exported=${exported} />
    ${isActive(exported) && html`<${ExportProgress} exported=${exported} />`}
    ${exported.error && html`<p class="error">${exported.error.message}</p>`}
    ${
      exported.file &&
      html`<p class="figures">
        ${formatBytes(exported.file.bytes)} · ${strings.exports.rows(exported.kind, exported.file.rows, formatNumber(exported.file.rows))}
        ${
          exported.file.truncatedCells
            ? html` · ${strings.exports.truncated(exported.file.truncatedCells, formatNumber(exported.file.truncatedCells))}`
            : null
        }
      </p>`
    }
    <p class="meta">
      <span>${exported.requestedBy}</span>
      <time datetime=${exported.createdAt} title=${formatDayAndTime(exported.createdAt)}>${formatDistance(exported.createdAt)}</time>
      ${exported.scheduleId && html`<span>${strings.exports.bySchedule}</span>`}
      ${
        done &&
        exported.fileExpiresAt &&
        html`<time datetime=${exported.fileExpiresAt} title=${formatDayAndTime(exported.fileExpiresAt)}>
          ${strings.exports.expires(formatDistance(exported.fileExpiresAt))}</time>`
      }
    </p>
    ${
      done &&
      html`<div class="actions small">
        <${DownloadButton} exported=${exported} />
        <${RemoveButton} exported=${exported} />
        <${Checksum} file=${exported.file} />
      </div>`
    }
  </article>`;
}

/** @param {{exported: ExportDocument}} props */
function Options({ exported: { kind, options } }) {
  const words = strings.exports.options(kind, options, {
    awarded: boundsInWords(options, "awarded"),
    expires: boundsInWords(options, "expires"),
  });
  return html`<p class="options">
    <span>${strings.exports.fileType(kind, options)}</span>${words && html` · <span>${words}</span>`}
  </p>`;
}

/** @param {{exported: ExportDocument}} props */
function DownloadButton({ exported }) {
  const { busy, run } = useAttempt();
  async function get() {
    const problem = await run("download", () => download(exported));
    if (problem) showToast({ kind: "bad", text: problem.message });
  }
  return html`<${Button} busy=${busy} onClick=${get}>${strings.exports.download}<//>`;
}

/** @param {{file: File}} props */
function Checksum({ file }) {
  return html`<details class="checksum">
    <summary>SHA-256</summary>
    <code>${file.sha256}</code>
  </details>`;
}
