/** Load data from the API for a view: values, problems, and lists page by page. */

import { asError } from "../api/problems.js";
import { strings } from "../strings.js";
import { Button } from "./button.js";
import { html, useCallback, useEffect, useRef, useState } from "./html.js";
import { LoadProblem } from "./problem-notices.js";

/**
 * Load data when a view opens, and again when `key` changes.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @param {string} key
 * @returns {{value?: T, problem?: Error, reload: () => Promise<void>}}
 */
export function useLoaded(load, key) {
  const [state, setState] = useState(/** @type {{key: string, value?: T, problem?: Error}} */ ({ key }));
  const latest = useRef(0);
  const reload = useCallback(async () => {
    const turn = ++latest.current;
    const found = await load().then(
      (value) => ({ key, value }),
      (error) => ({ key, problem: asError(error) }),
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
 * The next page of a list.
 * @typedef {{showMore: () => Promise<void>, busy: boolean, problem: Error | null}} More
 */

/**
 * Load a list page by page.
 *
 * @template T
 * @param {(cursor?: string) => Promise<{items: T[], nextCursor?: string}>} load
 * @param {string} key
 * @returns {{items?: T[], problem?: Error, reload: () => Promise<void>, more: More | null}}
 */
export function usePages(load, key) {
  const first = useLoaded(() => load(), key);
  const [more, setMore] = useState(/** @type {{key: string, items: T[], nextCursor?: string}} */ ({ key, items: [] }));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {Error | null} */ (null));
  const isCurrent = more.key === key;
  const cursor = isCurrent && "nextCursor" in more ? more.nextCursor : first.value?.nextCursor;

  async function showMore() {
    setBusy(true);
    setProblem(null);
    try {
      const page = await load(cursor);
      setMore({ key, items: [...(isCurrent ? more.items : []), ...page.items], nextCursor: page.nextCursor });
    } catch (error) {
      setProblem(asError(error));
    }
    setBusy(false);
  }

  const reload = useCallback(async () => {
    setMore({ key, items: [] });
    await first.reload();
  }, [first.reload]);
  const items = first.value && [...first.value.items, ...(isCurrent ? more.items : [])];
  return { items, problem: first.problem, reload, more: cursor ? { showMore, busy, problem } : null };
}

/**
 * The button below a list that has more pages.
 *
 * @param {{more: More | null}} props
 */
export function MoreButton({ more }) {
  if (!more) return null;
  return html`<div class="more">
    ${more.problem && html`<${LoadProblem} problem=${more.problem} />`}
    <${Button} busy=${more.busy} onClick=${more.showMore}>${strings.showMore}<//>
  </div>`;
}

/**
 * Gray placeholder lines, as tall as the content that is loading.
 *
 * @param {{lines?: number}} props
 */
export function Skeleton({ lines = 3 }) {
  return html`<div class="skeleton" aria-hidden="true">${Array.from({ length: lines }, (_, n) => html`<span key=${n}></span>`)}</div>`;
}
