/**
 * Poll often while data changes, and less often the longer nothing changes. Hidden tabs don't poll. They resume
 * immediately when the tab is visible or the browser is online again.
 */

import { useEffect, useState } from "./html.js";

const GROWTH = 1.5;
const FIRST_GROWTH = 2; // until the pauses are as long as the shortest one

/**
 * Call `look` repeatedly until stopped. Its promise resolves to true if something changed.
 *
 * @param {() => Promise<boolean>} look
 * @param {{first?: number, shortest: number, longest: number}} milliseconds
 *   between two calls: at first and after `soon`, while something changes, and while nothing does
 * @returns {{soon: () => void, stop: () => void}} `soon` goes back to the first pauses
 */
export function poll(look, { shortest, longest, first = shortest }) {
  let pause = first;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let isPolling = false;
  let stopped = false;

  async function round() {
    timer = undefined;
    if (stopped || isPolling || document.hidden) return;
    isPolling = true;
    const changed = await look().catch(() => false);
    isPolling = false;
    if (changed) pause = shortest;
    else pause = Math.min(pause * (pause < shortest ? FIRST_GROWTH : GROWTH), longest);
    wait(pause);
  }

  /** @param {number} milliseconds */
  function wait(milliseconds) {
    clearTimeout(timer);
    if (!stopped && !document.hidden) timer = setTimeout(round, milliseconds);
  }

  function soon() {
    pause = first;
    if (!isPolling) wait(first);
  }

  function resume() {
    pause = shortest;
    if (document.hidden) clearTimeout(timer);
    else if (!isPolling) wait(0);
  }

  function stop() {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", resume);
    removeEventListener("online", resume);
  }

  document.addEventListener("visibilitychange", resume);
  addEventListener("online", resume);
  wait(first);
  return { soon, stop };
}

/**
 * A loaded value, polled while it is in progress.
 *
 * @template T
 * @param {T} loaded
 * @param {string} key identifies what is polled
 * @param {(value: T) => boolean} isInProgress
 * @param {() => Promise<T>} load
 * @param {Parameters<typeof poll>[1]} pace
 * @returns {T}
 */
export function usePolled(loaded, key, isInProgress, load, pace) {
  const [value, setValue] = useState(loaded);
  const isPolled = isInProgress(value);
  useEffect(() => setValue(loaded), [loaded]);
  useEffect(() => {
    if (!isPolled) return;
    let latest = JSON.stringify(loaded);
    const polling = poll(async () => {
      const now = await load();
      const hasChanged = JSON.stringify(now) !== latest;
      latest = JSON.stringify(now);
      setValue(now);
      return hasChanged;
    }, pace);
    return polling.stop;
  }, [key, isPolled]);
  return value;
}
