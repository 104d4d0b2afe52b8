/** Reading from the API for a view: what was loaded, what went wrong, and lists page by page. */

import { html, useCallback, useEffect, useRef, useState } from "./html.js";
import { Button, LoadProblem } from "./fields.js";
import { strings } from "./strings.js";

/**
 * Load something when a view opens, and again when `key` changes.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @param {string} key
 * @returns {{value: T | undefined, problem: Error | undefined, reload: () => Promise<void>}}
 */
export function useLoaded(load, key) {
  const [state, setState] = useState({ key });
  const latest = useRef(0);
  const reload = useCallback(async () => {
    const turn = ++latest.current;
    const found = await load().then(
      (value) => ({ key, value }),
      (problem) => ({ key, problem }),
    );
    if (turn === latest.current) setState(found);
  }, [key]);
  useEffect(() => {
    reload();
    return () => latest.current++;
  }, [reload]);
  return { ...(state.key === key ? state : {}), reload };
}

/**
 * Load a list page by page.
 *
 * @param {(cursor?: string) => Promise<{items: object[], nextCursor?: string}>} load
 */
export function usePages(load, key) {
  const first = useLoaded(() => load(), key);
  const [more, setMore] = useState({ key, items: [] });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const isCurrent = more.key === key;
  const cursor = isCurrent && "nextCursor" in more ? more.nextCursor : first.value?.nextCursor;

  async function showMore() {
    setBusy(true);
    setProblem(null);
    try {
      const page = await load(cursor);
      setMore({ key, items: [...(isCurrent ? more.items : []), ...page.items], nextCursor: page.nextCursor });
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  }

  const reload = useCallback(async () => {
    setMore({ key, items: [] });
    await first.reload();
  }, [first.reload]);
  const items = first.value && [...first.value.items, ...(isCurrent ? more.items : [])];
  return { items, problem: first.problem, reload, more: cursor && { showMore, busy, problem } };
}

/** The button below a list that has more pages. */
export function MoreButton({ more }) {
  if (!more) return null;
  return html`<div class="more">
    ${more.problem && html`<${LoadProblem} problem=${more.problem} />`}
    <${Button} busy=${more.busy} onClick=${more.showMore}>${strings.showMore}<//>
  </div>`;
}

/** Grey lines where something is about to stand, as tall as it will be. */
export function Skeleton({ lines = 3 }) {
  return html`<div class="skeleton" aria-hidden="true">${Array.from({ length: lines }, (_, n) => html`<span key=${n}></span>`)}</div>`;
}
