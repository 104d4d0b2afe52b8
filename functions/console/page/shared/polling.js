/** Polling: frequent while something changes, less and less frequent while nothing does, and paused in a hidden tab. */

const GROWTH = 1.5;

/**
 * Call `look` repeatedly until stopped. Its promise resolves to true if something changed.
 *
 * @param {() => Promise<boolean>} look
 * @param {{shortest: number, longest: number}} milliseconds between two calls
 * @returns {{soon: () => void, stop: () => void}} `soon` goes back to isPolling often
 */
export function poll(look, { shortest, longest }) {
  let pause = shortest;
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
    pause = changed ? shortest : Math.min(pause * GROWTH, longest);
    wait(pause);
  }

  /** @param {number} milliseconds */
  function wait(milliseconds) {
    clearTimeout(timer);
    if (!stopped && !document.hidden) timer = setTimeout(round, milliseconds);
  }

  function soon() {
    pause = shortest;
    if (!isPolling) wait(shortest);
  }

  function visibilityChanged() {
    pause = shortest;
    if (document.hidden) clearTimeout(timer);
    else if (!isPolling) wait(0);
  }

  function stop() {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", visibilityChanged);
  }

  document.addEventListener("visibilitychange", visibilityChanged);
  wait(shortest);
  return { soon, stop };
}
