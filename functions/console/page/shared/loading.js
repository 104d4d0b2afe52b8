/** Load data from the API for a view: values, and lists page by page. */

import { strings } from "../strings.js";
import { useAttempt } from "./attempts.js";
import { Button } from "./button.js";
import { html, useCallback, useEffect, useState } from "./html.js";
import { LoadProblem } from "./problem-notices.js";

/**
 * Load data when a view opens, and again when `key` changes.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @param {string} key
 * @returns {{value?: T, problem: Error | null, reload: () => Promise<void>}} either a value or a problem, if any
 */
export function useLoaded(load, key) {
  const [loaded, setLoaded] = useState(/** @type {{key: string, value?: T}} */ ({ key }));
  const { problem, run, abandon } = useAttempt(key);
  const reload = useCallback(async () => {
    abandon();
    await run("load", load, (value) => setLoaded({ key, value }));
  }, [key]);
  useEffect(() => {
    reload();
    return abandon;
  }, [reload]);
  return { value: problem || loaded.key !== key ? undefined : loaded.value, problem, reload };
}

/**
 * The next page of a list.
 * @typedef {{showMore: () => void, busy: boolean, problem: Error | null}} More
 */

/**
 * Load a list page by page.
 *
 * @template T
 * @param {(cursor?: string) => Promise<{items: T[], nextCursor?: string}>} load
 * @param {string} key
 * @returns {{items?: T[], problem: Error | null, reload: () => Promise<void>, more: More | null}}
 */
export function usePages(load, key) {
  const first = useLoaded(() => load(), key);
  const [more, setMore] = useState(/** @type {{key: string, items: T[], nextCursor?: string}} */ ({ key, items: [] }));
  const { busy, problem, run, abandon } = useAttempt(key);
  const isCurrent = more.key === key;
  const cursor = isCurrent && "nextCursor" in more ? more.nextCursor : first.value?.nextCursor;

  const showMore = () =>
    run(
      "more",
      () => load(cursor),
      ({ items, nextCursor }) => setMore({ key, items: [...(isCurrent ? more.items : []), ...items], nextCursor }),
    );

  const reload = useCallback(async () => {
    abandon();
    setMore({ key, items: [] });
    await first.reload();
  }, [first.reload]);
  const items = first.value && [...first.value.items, ...(isCurrent ? more.items : [])];
  return { items, problem: first.problem, reload, more: cursor ? { showMore, busy: busy !== null, problem } : null };
}

/**
 * A placeholder for data: gray lines while it loads, or the problem with a button to retry.
 *
 * @param {object} props
 * @param {{value?: unknown, items?: unknown, problem: Error | null, reload: () => void}} props.loaded
 * @param {number} [props.lines] about as tall as the data
 */
export function Loading({ loaded: { value, items, problem, reload }, lines = 0 }) {
  if (problem) return html`<${LoadProblem} problem=${problem} onRetry=${reload} />`;
  return (value ?? items) || lines === 0 ? null : html`<${Skeleton} lines=${lines} />`;
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
