/** Follow exports in progress on every view, and download the files of those requested in this tab. */

/**
 * @import { ExportDocument } from "../api/api-types.d.ts"
 * @import { Scope } from "../api/scopes.js"
 */

import { getExport, getExportWithLink } from "../api/exports.js";
import { asError, Problem } from "../api/problems.js";
import { poll } from "../shared/polling.js";
import { showToast } from "../shared/toasts.js";
import { strings } from "../strings.js";

// Stored for this tab, so that a reload doesn't lose a pending download.
const STORAGE_KEY = "badge-data-awaited-exports";
const PACE = { first: 200, shortest: 1000, longest: 10_000 }; // small exports are ready within a second

/** @typedef {(exported: ExportDocument) => void} Listener */

/** @type {Map<string, ExportDocument>} the last known state of the exports in progress */
const watched = new Map();
/** @type {Set<Listener>} */
const listeners = new Set();
/** @type {ReturnType<typeof poll> | null} */
let polling = null;
/** @type {string[]} the scopes whose exports are shown now */
let shownScopes = [];
/** @type {Set<string>} the IDs of exports that were in progress when the person switched to another tab */
const unattended = new Set();
document.addEventListener("visibilitychange", () => {
  if (document.hidden) for (const id of watched.keys()) unattended.add(id);
});

/** @type {(exported: Pick<ExportDocument, "status">) => boolean} */
export const isActive = ({ status }) => status === "queued" || status === "running";
/**
 * Return whether a person deleted an export's file before it expired.
 * @type {(exported: Pick<ExportDocument, "status" | "deletedBy">) => boolean}
 */
export const isDeleted = ({ status, deletedBy }) => status === "expired" && deletedBy !== undefined;

/**
 * Call `listener` with every new or changed export. Return the function that stops these calls.
 *
 * @param {Listener} listener
 */
export function onExportChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Suppress messages about the exports of a scope while a view shows them. Return the function that allows them again.
 *
 * @param {Scope} scope
 */
export function noteShown(scope) {
  const key = keyOf(scope);
  shownScopes.push(key);
  return () => {
    shownScopes = shownScopes.toSpliced(shownScopes.indexOf(key), 1);
  };
}

/** @type {(scope: Scope) => string} */
const keyOf = ({ type, id }) => `${type} ${id}`;

/**
 * Follow an export until it ends.
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
 * Follow an export that was requested in this tab, and download its file when it is ready.
 *
 * @param {ExportDocument} exported
 */
export function awaitFile(exported) {
  storeAwaitedIds([...awaitedIds(), exported.id]);
  notifyListeners(exported);
  if (isActive(exported)) watch(exported);
  else handleEnd(exported);
}

/** Resume pending downloads after a reload of the page. */
export async function resumeAwaited() {
  for (const id of awaitedIds()) {
    const exported = await getExport(id).catch(() => null);
    if (exported === null) storeAwaitedIds(awaitedIds().filter((other) => other !== id));
    else if (isActive(exported)) watch(exported);
    else handleEnd(exported);
  }
}

/**
 * Notify all listeners that an export was canceled or its file was deleted.
 *
 * @param {ExportDocument} exported
 */
export function announceChange(exported) {
  if (!isActive(exported)) {
    watched.delete(exported.id);
    storeAwaitedIds(awaitedIds().filter((id) => id !== exported.id));
  }
  notifyListeners(exported);
}

/**
 * Download an export's file with a new link. Throws a `Problem`.
 *
 * @param {Pick<ExportDocument, "id">} exported
 */
export async function download({ id }) {
  const exported = await getExportWithLink(id);
  notifyListeners(exported);
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
    notifyListeners(now);
    if (isActive(now)) watched.set(id, now);
    else handleEnd(now);
  }
  if (watched.size === 0) {
    polling?.stop();
    polling = null;
  }
  return anyChanged;
}

/**
 * Return the last known state of an export that could not be read, or `expired` if it no longer exists.
 *
 * @param {ExportDocument} before
 * @param {unknown} error
 * @returns {ExportDocument}
 */
function lastSeen(before, error) {
  return error instanceof Problem && error.status === 404 ? { ...before, status: "expired" } : before;
}

/**
 * Stop following an export that has ended, and download its file or show a message if this tab requested it.
 *
 * @param {ExportDocument} exported
 */
function handleEnd(exported) {
  watched.delete(exported.id);
  const isSeen = !unattended.delete(exported.id) && !document.hidden && shownScopes.includes(keyOf(exported.scope));
  if (!awaitedIds().includes(exported.id)) return;
  storeAwaitedIds(awaitedIds().filter((id) => id !== exported.id));
  const again = () => download(exported).catch((error) => showToast({ kind: "bad", text: asError(error).message }));
  if (exported.status === "succeeded") again();
  if (!isSeen) showEnd(exported, again);
}

/**
 * Show how an export ended, if the person is on another view or was in another tab.
 *
 * @param {ExportDocument} exported
 * @param {() => void} again downloads its file
 */
function showEnd(exported, again) {
  const name = strings.exports.title(exported);
  const { ready, readyFiles, failed, wasCancelled, downloadAgain } = strings.exports;
  if (exported.status === "succeeded") {
    const action = { text: downloadAgain, run: again };
    showToast({ text: ready(exported.file?.name ?? name), merged: readyFiles, action });
  } else if (exported.status === "failed") {
    showToast({ kind: "bad", text: failed(name, exported.error?.message) });
  } else if (exported.status === "cancelled") {
    showToast({ text: wasCancelled(name) });
  }
}

/** @param {ExportDocument} exported */
function notifyListeners(exported) {
  for (const listener of listeners) listener(exported);
}

/** @returns {string[]} */
function awaitedIds() {
  return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "[]");
}

/** @param {string[]} ids */
function storeAwaitedIds(ids) {
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify([...new Set(ids)]));
}
