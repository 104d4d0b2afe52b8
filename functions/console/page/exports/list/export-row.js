/** One export in the list: its contents, its progress, and its file. */

/** @import { ExportDelivery, ExportDocument, ExportScope, ScheduleDocument } from "../../api/api-types.d.ts" */

import { signedInEmail } from "../../session/session.js";
import { useAttempt } from "../../shared/attempts.js";
import { Button } from "../../shared/button.js";
import { boundsInWords, formatBytes, formatDayAndTime, formatDistance, formatNumber } from "../../shared/formats.js";
import { html, useEffect, useRef } from "../../shared/html.js";
import { PartLink } from "../../shared/part-link.js";
import { showToast } from "../../shared/toasts.js";
import { strings } from "../../strings.js";
import { download, isActive, isDeleted } from "../watching.js";
import { ExportDetails, hasDetails } from "./export-details.js";
import { CancelButton, ProgressBar, ProgressWords, Status } from "./export-progress.js";
import { RowMenu } from "./row-menu.js";

const words = strings.exports;

/**
 * A row of the table. `onSelect` is missing if the person may not delete the export.
 *
 * @param {object} props
 * @param {ExportDocument} props.exported
 * @param {ExportScope} props.scope
 * @param {ScheduleDocument[] | undefined} props.schedules
 * @param {boolean} props.isLinked whether the page's address links to the export
 * @param {boolean} props.isSelected
 * @param {((isSelected: boolean) => void)} [props.onSelect]
 */
export function ExportRow({ exported, scope, schedules, isLinked, isSelected, onSelect }) {
  const row = useRef(/** @type {HTMLTableRowElement | null} */ (null));
  useEffect(() => {
    if (isLinked) row.current?.scrollIntoView({ block: "center" });
  }, [isLinked]);
  const name = words.named(exported, formatDayAndTime(exported.createdAt));
  return html`<tr role="row" ref=${row} class=${isLinked ? "export linked" : "export"}>
    <td role="cell" class="select">
      ${
        onSelect &&
        html`<input type="checkbox" aria-label=${words.select(name)} checked=${isSelected}
          onChange=${() => onSelect(!isSelected)} />`
      }
    </td>
    <th role="rowheader" scope="row" class="what"><${What} exported=${exported} /></th>
    <td role="cell" class="figures"><${Figures} exported=${exported} /></td>
    <td role="cell" class="requested"><${Requested} exported=${exported} schedules=${schedules} /></td>
    <td role="cell" class="state"><${State} exported=${exported} /></td>
    <td role="cell" class="row-actions small">
      ${exported.status === "succeeded" && html`<${DownloadButton} exported=${exported} name=${name} />`}
      ${isActive(exported) && onSelect && html`<${CancelButton} exported=${exported} />`}
      <${RowMenu} exported=${exported} scope=${scope} name=${name} mayDelete=${onSelect !== undefined} />
    </td>
  </tr>`;
}

/** @param {{delivery: ExportDelivery}} props */
function Delivery({ delivery: { status, bucket, error } }) {
  if (status === "delivered") return html`<span class="detail">${words.delivery.delivered(bucket ?? "")}</span>`;
  if (error === undefined) return html`<span class="detail">${words.delivery.pending(bucket)}</span>`;
  const text = status === "failed" ? words.delivery.failed(error.message) : words.delivery.retried(error.message);
  return html`<span class="error">${text}</span>`;
}

/** @param {{exported: ExportDocument}} props */
function What({ exported }) {
  const { kind, options, error, delivery } = exported;
  const chosen = words.options(kind, options, {
    awarded: boundsInWords(options, "awarded"),
    expires: boundsInWords(options, "expires"),
  });
  const said = [words.fileType(kind, options), chosen].filter(Boolean).join(" · ");
  return html`<span class="name">${words.title(exported)}</span>
    ${hasDetails(options) ? html`<${ExportDetails} options=${options} summary=${said} />` : html`<span class="detail">${said}</span>`}
    ${error && html`<span class="error">${error.message}</span>`}
    ${delivery && html`<${Delivery} delivery=${delivery} />`}`;
}

/** @param {{exported: ExportDocument}} props */
function Figures({ exported }) {
  if (isActive(exported)) {
    return html`<span class="running"><${ProgressBar} exported=${exported} /></span>
      <span class="detail"><${ProgressWords} exported=${exported} /></span>`;
  }
  const { file, kind } = exported;
  if (!file || isDeleted(exported)) return null;
  const cut = file.truncatedCells;
  return html`<span>${words.contents(kind, file, formatNumber)}</span>
    <span class="detail">${formatBytes(file.bytes)}${cut ? ` · ${words.truncated(cut, formatNumber(cut))}` : ""}</span>`;
}

/**
 * The person or schedule that requested an export, and the time.
 *
 * @param {{exported: ExportDocument, schedules: ScheduleDocument[] | undefined}} props
 */
function Requested({ exported: { requestedBy, scheduleId, createdAt }, schedules }) {
  const schedule = schedules?.find(({ id }) => id === scheduleId);
  const by = scheduleId
    ? schedule
      ? html`<${PartLink} id="schedules"><bdi>${schedule.name}</bdi><//>`
      : schedules && words.deletedSchedule
    : requestedBy === signedInEmail()
      ? words.me
      : requestedBy;
  return html`<span title=${scheduleId ? words.onBehalf(requestedBy) : requestedBy}>
      ${scheduleId && html`<span class="unseen">${words.schedule}: </span><span class="repeats" aria-hidden="true">↻</span>`}${by}</span>
    <time class="detail" datetime=${createdAt} title=${formatDayAndTime(createdAt)}>${formatDistance(createdAt)}</time>`;
}

/** @param {{exported: ExportDocument}} props */
function State({ exported }) {
  const { status, fileExpiresAt, deletedBy } = exported;
  return html`<${Status} exported=${exported} />
    ${
      status === "succeeded" &&
      fileExpiresAt &&
      html`<time class="detail" datetime=${fileExpiresAt} title=${formatDayAndTime(fileExpiresAt)}>
        ${words.expires(formatDistance(fileExpiresAt))}</time>`
    }
    ${deletedBy && html`<span class="detail">${words.by(personInWords(deletedBy))}</span>`}`;
}

/** @param {string} email */
function personInWords(email) {
  return email === signedInEmail() ? words.you : email;
}

/** @param {{exported: ExportDocument, name: string}} props */
function DownloadButton({ exported, name }) {
  const { busy, run } = useAttempt();
  async function get() {
    const problem = await run("download", () => download(exported));
    if (problem) showToast({ kind: "bad", text: problem.message });
  }
  return html`<${Button} busy=${busy} onClick=${get} aria-label=${words.downloadNamed(name)}>${words.download}<//>`;
}
