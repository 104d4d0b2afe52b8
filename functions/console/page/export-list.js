/** The exports of a scope, newest first: those in progress, and those that have ended. */

/** @import { ExportDocument, ExportScope, File } from "./api-types.d.ts" */

import { getExports, removeExport } from "./api.js";
import { ConfirmDialog } from "./dialogs.js";
import { announceChange, download, isActive, onExportChange, watch } from "./export-watch.js";
import { Button, LoadProblem } from "./fields.js";
import {
  boundsInWords,
  formatBytes,
  formatDayAndTime,
  formatDistance,
  formatNumber,
  formatPercent,
} from "./formats.js";
import { html, useEffect, useState } from "./html.js";
import { MoreButton, Skeleton, useLoaded } from "./loading.js";
import { poll } from "./polling.js";
import { asError } from "./problems.js";
import { strings } from "./strings.js";
import { showToast } from "./toasts.js";

const PAGE = 10;
// New exports of other people appear within this time; known exports are polled more often, one by one.
const PACE = { shortest: 5000, longest: 60_000 };

/**
 * The list of exports of one scope.
 *
 * @param {{scope: ExportScope}} props
 */
export function ExportList({ scope }) {
  const { items, problem, more, reload } = useExports(scope);
  return html`<section class="card exports" aria-busy=${items ? undefined : "true"}>
    <h2>${strings.exports.heading}</h2>
    ${problem && html`<${LoadProblem} problem=${problem} onRetry=${reload} />`}
    ${!items && !problem && html`<${Skeleton} lines=${6} />`}
    ${items?.length === 0 && html`<p class="empty">${strings.exports.none}</p>`}
    ${
      items?.length
        ? html`<ul class="export-list">
            ${items.map((exported) => html`<li key=${exported.id}><${ExportItem} exported=${exported} /></li>`)}
          </ul>`
        : null
    }
    <${MoreButton} more=${more} />
  </section>`;
}

/**
 * The progress of an export, with a button to cancel it; or how it ended.
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
function ExportItem({ exported }) {
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
function Status({ exported }) {
  return html`<span class="status ${exported.status}">${strings.exports.status[exported.status]}</span>`;
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
  const [busy, setBusy] = useState(false);
  async function run() {
    setBusy(true);
    await download(exported).catch((error) => showToast({ kind: "bad", text: asError(error).message }));
    setBusy(false);
  }
  return html`<${Button} busy=${busy} onClick=${run}>${strings.exports.download}<//>`;
}

/**
 * The button that cancels an export immediately, or deletes its file after a confirmation.
 *
 * @param {{exported: ExportDocument}} props
 */
function RemoveButton({ exported }) {
  const [busy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState(/** @type {Error | null} */ (null));

  async function remove() {
    setBusy(true);
    setProblem(null);
    try {
      announceChange(await removeExport(exported.id));
      setAsking(false);
    } catch (caught) {
      const error = asError(caught);
      setProblem(error);
      if (!isAsking) showToast({ kind: "bad", text: error.message });
    }
    setBusy(false);
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

/** @param {{file: File}} props */
function Checksum({ file }) {
  return html`<details class="checksum">
    <summary>SHA-256</summary>
    <code>${file.sha256}</code>
  </details>`;
}

/**
 * Return the current list: its first page is polled, and each export in progress is polled separately.
 *
 * @param {ExportScope} scope
 */
function useExports(scope) {
  const first = useLoaded(() => getExports(scope, { limit: PAGE }), `exports of ${scope.type} ${scope.id}`);
  // An export requested while the first page loads is known already, and may not be on that page.
  const [known, setKnown] = useState(/** @type {Known} */ ({ items: [], isWhole: false }));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {Error | null} */ (null));
  /** @type {(items: ExportDocument[], more?: Omit<Partial<Known>, "items">) => void} */
  const add = (items, more = {}) => setKnown((before) => ({ ...before, items: merged(before.items, items), ...more }));

  useEffect(() => {
    if (first.value) add(first.value.items, { isWhole: true, nextCursor: first.value.nextCursor });
  }, [first.value]);

  useEffect(() => {
    const polling = poll(async () => {
      const { items } = await getExports(scope, { limit: PAGE });
      add(items);
      return items.some(isActive);
    }, PACE);
    const forget = onExportChange((exported) => {
      if (exported.scope.type === scope.type && exported.scope.id === scope.id) add([exported]);
    });
    return () => {
      polling.stop();
      forget();
    };
  }, []);

  useEffect(() => known.items.filter(isActive).forEach(watch), [known.items]);

  async function showMore() {
    setBusy(true);
    setProblem(null);
    try {
      const page = await getExports(scope, { limit: PAGE, cursor: known.nextCursor });
      add(page.items, { nextCursor: page.nextCursor });
    } catch (error) {
      setProblem(asError(error));
    }
    setBusy(false);
  }

  return {
    items: known.isWhole ? known.items : null,
    problem: first.problem,
    reload: first.reload,
    more: known.nextCursor ? { showMore, busy, problem } : null,
  };
}

/**
 * Known exports; `isWhole` if they include the first page of the list.
 * @typedef {{items: ExportDocument[], isWhole: boolean, nextCursor?: string}} Known
 */

/**
 * Merge exports into a list by their IDs, newest first. A late response never overwrites the state of an ended export.
 *
 * @param {ExportDocument[]} items
 * @param {ExportDocument[]} found
 */
function merged(items, found) {
  const byId = new Map(items.map((exported) => [exported.id, exported]));
  for (const exported of found) {
    const known = byId.get(exported.id);
    if (!known || isActive(known) || !isActive(exported)) byId.set(exported.id, exported);
  }
  return [...byId.values()].sort((one, other) => (one.id < other.id ? 1 : -1)); // IDs sort by creation time
}
