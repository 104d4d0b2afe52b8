/** Drafts: the values of a form, kept in this tab when its view is left or reloaded. */

import { useCallback, useRef, useState } from "./html.js";

/**
 * Like `useState`, for the values of a form. `key` identifies the form and its subject, such as `replacement of
 * data-detective`. Signing out deletes all drafts. Files are kept only as long as the view is open.
 *
 * @template T
 * @param {string} key
 * @param {T} initial
 * @returns {[value: T, setValue: (value: T) => void, clear: () => void]}
 */
export function useDraft(key, initial) {
  const name = `badge-data-draft ${key}`;
  const [value, setValue] = useState(() => read(name) ?? initial);
  const beginning = useRef(initial);
  const change = useCallback(
    (/** @type {T} */ changed) => {
      write(name, changed === beginning.current ? null : changed);
      setValue(changed);
    },
    [name],
  );
  const clear = useCallback(() => change(beginning.current), [change]);
  return [value, change, clear];
}

/** @param {string} name */
function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Store a draft. If the storage is full, the form still works, but without a draft.
 *
 * @param {string} name
 * @param {unknown} value
 */
function write(name, value) {
  try {
    sessionStorage.removeItem(name);
    if (value !== null) sessionStorage.setItem(name, JSON.stringify(value, withoutFiles));
  } catch {}
}

/** @type {(key: string, value: unknown) => unknown} */
const withoutFiles = (_key, value) => (value instanceof Blob ? null : value);
