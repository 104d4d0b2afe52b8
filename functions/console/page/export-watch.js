/** Following exports that go on, wherever the reader is meanwhile; and downloading those that this tab asked for. */

/** @import { ExportDocument } from "./api-types.d.ts" */

import { getExport } from "./api.js";
import { poll } from "./polling.js";
import { asError, Problem } from "./problems.js";
import { strings } from "./strings.js";
import { showToast } from "./toasts.js";

// Kept for this tab, so that a reload forgets no download that someone waits for.
const KEPT = "badge-data-awaited-exports";
const PACE = { shortest: 1000, longest: 10_000 };

/** @typedef {(exported: ExportDocument) => void} Listener */

/** @type {Map<string, ExportDocument>} the exports that go on, as last seen */
const watched = new Map();
/** @type {Set<Listener>} */
const listeners = new Set();
/** @type {ReturnType<typeof poll> | null} */
let polling = null;

/** @type {(exported: Pick<ExportDocument, "status">) => boolean} */
export const isActive = ({ status }) => status === "queued" || status === "running";

/**
 * Call `listener` with every export that is new or changed. Gives a function that ends this.
 *
 * @param {Listener} listener
 */
export function onExportChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Follow an export until it is over.
 *
 * @param {ExportDocument} exported
 */
export function watch(exported) {
  if (!isActive(exported) || watched.has(exported.id)) return;
  watched.set(exported.id, exported);
  polling ??= poll(look, PACE);
  polling.soon();
}

/**
 * Follow an export that was just asked for here, and download its file when it is ready.
 *
 * @param {ExportDocument} exported
 */
export function awaitFile(exported) {
  keepAwaited([...awaited(), exported.id]);
  tell(exported);
  if (isActive(exported)) watch(exported);
  else over(exported);
}

/** Go on with what a reload of the page interrupted. */
export async function resumeAwaited() {
  for (const id of awaited()) {
    const exported = await getExport(id).catch(() => null);
    if (exported === null) keepAwaited(awaited().filter((other) => other !== id));
    else if (isActive(exported)) watch(exported);
    else over(exported);
  }
}

/**
 * An export was cancelled or its file deleted: everyone who shows it has to know.
 *
 * @param {ExportDocument} exported
 */
export function changed(exported) {
  if (!isActive(exported)) {
    watched.delete(exported.id);
    keepAwaited(awaited().filter((id) => id !== exported.id));
  }
  tell(exported);
}

/**
 * Download an export's file, by a link made just now. Raises Problem.
 *
 * @param {Pick<ExportDocument, "id">} exported
 */
export async function download({ id }) {
  const exported = await getExport(id);
  tell(exported);
  if (!exported.downloadUrl || !exported.file) {
    /** @type {Partial<Record<ExportDocument["status"], string>>} */
    const reasons = strings.exports.noFile;
    throw new Error(reasons[exported.status] ?? strings.exports.noFile.expired);
  }
  const link = document.createElement("a");
  link.href = exported.downloadUrl;
  link.download = exported.file.name;
  link.rel = "noreferrer";
  link.click();
}

async function look() {
  let anyChanged = false;
  for (const [id, before] of watched) {
    const now = await getExport(id).catch((error) => lastSeen(before, error));
    if (
      !watched.has(id) ||
      JSON.stringify([now.status, now.progress]) === JSON.stringify([before.status, before.progress])
    )
      continue;
    anyChanged = true;
    tell(now);
    if (isActive(now)) watched.set(id, now);
    else over(now);
  }
  if (watched.size === 0) {
    polling?.stop();
    polling = null;
  }
  return anyChanged;
}

/**
 * Return an export that could not be read as it was last seen, or as expired if it no longer exists.
 *
 * @param {ExportDocument} before
 * @param {unknown} error
 * @returns {ExportDocument}
 */
function lastSeen(before, error) {
  return error instanceof Problem && error.status === 404 ? { ...before, status: "expired" } : before;
}

/** @param {ExportDocument} exported */
function over(exported) {
  watched.delete(exported.id);
  if (!awaited().includes(exported.id)) return;
  keepAwaited(awaited().filter((id) => id !== exported.id));
  const name = strings.exports.title(exported);
  if (exported.status === "succeeded") {
    const again = () => download(exported).catch((error) => showToast({ kind: "bad", text: asError(error).message }));
    showToast({ text: strings.exports.ready(name), action: { text: strings.exports.downloadAgain, run: again } });
    again();
  } else if (exported.status === "failed") {
    showToast({ kind: "bad", text: strings.exports.failed(name, exported.error?.message) });
  } else if (exported.status === "cancelled") {
    showToast({ text: strings.exports.wasCancelled(name) });
  }
}

/** @param {ExportDocument} exported */
function tell(exported) {
  for (const listener of listeners) listener(exported);
}

/** @returns {string[]} */
function awaited() {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
}

/** @param {string[]} ids */
function keepAwaited(ids) {
  sessionStorage.setItem(KEPT, JSON.stringify([...new Set(ids)]));
}
