/** Drafts: what someone typed into a form, kept in this tab until it is submitted, also when the page is reloaded. */

import { useCallback, useRef, useState } from "./html.js";

/**
 * A state of a form that stays when the view is left. `key` names the form and what it is for, such as
 * `replacement of data-detective`. Values are stored as JSON. Signing out deletes all drafts.
 *
 * @template T
 * @param {string} key
 * @param {T} initial
 * @returns {[value: T, setValue: (value: T) => void, clear: () => void]}
 */
export function useDraft(key, initial) {
  const name = `badge-data-draft ${key}`;
  const beginning = useRef(initial).current;
  const [value, setValue] = useState(() => read(name, beginning));
  const change = useCallback(
    (/** @type {T} */ changed) => {
      write(name, changed);
      setValue(changed);
    },
    [name],
  );
  const clear = useCallback(() => {
    sessionStorage.removeItem(name);
    setValue(beginning);
  }, [name]);
  return [value, change, clear];
}

/**
 * @template T
 * @param {string} name
 * @param {T} initial
 * @returns {T}
 */
function read(name, initial) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "null") ?? initial;
  } catch {
    return initial;
  }
}

/**
 * Store a draft. If the browser's storage is full, the form still works.
 *
 * @param {string} name
 * @param {unknown} value
 */
function write(name, value) {
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
  } catch {}
}
