/** Load data from the API for a view: values, and lists page by page. */

import { strings } from "../strings.js";
import { useAttempt } from "./attempts.js";
import { Button } from "./button.js";
import { useEntry } from "./history-entries.js";
import { html, useCallback, useEffect, useState } from "./html.js";
import { LoadProblem } from "./problem-notices.js";

/**
 * Load data when a view opens, and again when `key` changes. If `isKept` is true, Back first shows the previous data.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @param {string} key
 * @param {boolean} [isKept]
 * @returns {{value?: T, problem: Error | null, reload: () => Promise<void>}} either a value or a problem, if any
 */
export function useLoaded(load, key, isKept = false) {
  const entry = useEntry();
  const [loaded, setLoaded] = useState(() => {
    /** @type {{key: string, value?: T}} */
    const before = { key, value: isKept ? /** @type {T | undefined} */ (entry.read(key)) : undefined };
    return before;
  });
  const { problem, run, abandon } = useAttempt(key);
  const reload = useCallback(async () => {
    abandon();
    await run("load", load, (value) => {
      setLoaded({ key, value });
      if (isKept) entry.keep(key, value);
    });
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
 * A page of a list from the API. The first page can contain the total number of items.
 * @template T
 * @typedef {{items: T[], total?: number, nextCursor?: string}} ListPage
 */

/**
 * Load a list page by page. If `isKept` is true, Back shows all pages that were loaded before.
 *
 * @template T
 * @param {(cursor?: string) => Promise<ListPage<T>>} load
 * @param {string} key
 * @param {boolean} [isKept]
 * @returns {{items?: T[], total?: number, problem: Error | null, reload: () => Promise<void>, more: More | null}}
 */
export function usePages(load, key, isKept = false) {
  const entry = useEntry();
  const pagesKey = `pages of ${key}`;
  const loadAgain = () => loadPages(load, isKept ? Number(entry.read(pagesKey) ?? 1) : 1);
  const first = useLoaded(loadAgain, key, isKept);
  const [more, setMore] = useState(/** @type {{key: string, items: T[], nextCursor?: string}} */ ({ key, items: [] }));
  const { busy, problem, run, abandon } = useAttempt(key);
  const isCurrent = more.key === key;
  const cursor = isCurrent && "nextCursor" in more ? more.nextCursor : first.value?.nextCursor;

  const showMore = () =>
    run(
      "more",
      () => load(cursor),
      ({ items, nextCursor }) => {
        const added = [...(isCurrent ? more.items : []), ...items];
        setMore({ key, items: added, nextCursor });
        if (!isKept || !first.value) return;
        entry.keep(pagesKey, Number(entry.read(pagesKey) ?? 1) + 1);
        entry.keep(key, { ...first.value, items: [...first.value.items, ...added], nextCursor });
      },
    );

  const reload = useCallback(async () => {
    abandon();
    entry.keep(pagesKey, 1);
    setMore({ key, items: [] });
    await first.reload();
  }, [first.reload]);
  const items = first.value && [...first.value.items, ...(isCurrent ? more.items : [])];
  return {
    items,
    total: first.value?.total,
    problem: first.problem,
    reload,
    more: cursor ? { showMore, busy: busy !== null, problem } : null,
  };
}

/**
 * Load the first pages of a list, and return them as one page.
 *
 * @template T
 * @param {(cursor?: string) => Promise<ListPage<T>>} load
 * @param {number} count
 */
async function loadPages(load, count) {
  const pages = await load();
  for (let loaded = 1; loaded < count && pages.nextCursor; loaded++) {
    const { items, nextCursor } = await load(pages.nextCursor);
    pages.items.push(...items);
    pages.nextCursor = nextCursor;
  }
  return pages;
}

/**
 * A placeholder for data: gray lines while it loads, or the problem with a button to retry.
 *
 * @param {object} props
 * @param {{value?: unknown, items?: unknown, problem: Error | null, reload: () => void}} props.loaded
 * @param {number} [props.lines] about as many as the data needs
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
