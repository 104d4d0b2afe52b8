/**
 * The state that a view keeps for an entry in the browser's history, so that Back shows the same pages of a list at the
 * same position. The state is kept in memory, so a reload discards it.
 */

import { useCallback, useLayoutEffect, useRef, useState } from "./html.js";

const PATIENCE_MS = 5000;

/** @type {Map<string, Map<string, unknown>>} */
const kept = new Map();
/** @type {Map<string, number>} */
const positions = new Map();
let current = "";
let isRevisited = false;

/**
 * Begin to follow the history. The page restores the scroll position of each entry itself, because the browser can't
 * know when a view is complete.
 */
export function followHistory() {
  history.scrollRestoration = "manual";
  enterEntry();
  addEventListener("scroll", () => positions.set(current, scrollY), { passive: true });
}

/** Switch to the entry that the browser is at now. */
export function enterEntry() {
  const { entry = crypto.randomUUID(), ...state } = history.state ?? {};
  history.replaceState({ ...state, entry }, "");
  isRevisited = positions.has(entry);
  current = entry;
}

/** Delete all state when another person signs in. */
export function forgetEntries() {
  kept.clear();
  positions.clear();
}

/**
 * The state of a view for the current entry.
 *
 * @template T
 * @param {string} name
 * @param {T} initial
 * @returns {[value: T, setValue: (value: T) => void]}
 */
export function useKept(name, initial) {
  const entry = useRef(current);
  const [value, setValue] = useState(/** @type {T} */ (valuesOf(entry.current).get(name) ?? initial));
  const change = useCallback((/** @type {T} */ changed) => {
    valuesOf(entry.current).set(name, changed);
    setValue(changed);
  }, []);
  return [value, change];
}

/**
 * Return the functions that read and keep the values of the entry that was current when the view opened.
 *
 * @returns {{read: (name: string) => unknown, keep: (name: string, value: unknown) => void}}
 */
export function useEntry() {
  const entry = useRef(current);
  return useRef({
    read: (/** @type {string} */ name) => valuesOf(entry.current).get(name),
    keep: (/** @type {string} */ name, /** @type {unknown} */ value) => void valuesOf(entry.current).set(name, value),
  }).current;
}

/**
 * Restore the scroll position of a revisited entry once the view is tall enough. A new entry is shown from the top.
 *
 * @param {string} place what the view shows
 */
export function useScrollPosition(place) {
  useLayoutEffect(() => {
    const position = isRevisited ? (positions.get(current) ?? 0) : 0;
    const scroll = () => {
      scrollTo(0, position);
      if (Math.abs(scrollY - position) < 2) stop();
    };
    const growth = new ResizeObserver(scroll);
    const stop = () => growth.disconnect();
    const timer = setTimeout(stop, PATIENCE_MS);
    growth.observe(document.body);
    scroll();
    for (const action of ACTIONS) addEventListener(action, stop, { once: true, passive: true });
    return () => {
      clearTimeout(timer);
      stop();
      for (const action of ACTIONS) removeEventListener(action, stop);
    };
  }, [place]);
}

const ACTIONS = ["wheel", "touchstart", "keydown", "pointerdown"];

/** @param {string} entry */
function valuesOf(entry) {
  const values = kept.get(entry) ?? new Map();
  kept.set(entry, values);
  return values;
}
