/** Searchable lists of issuers and badges, sorted, and loaded page by page. */

/**
 * @import { BadgeClassDocument, ExportScope, IssuerDocument } from "../api/api-types.d.ts"
 * @import { Search } from "../api/places.js"
 * @import { ListPage } from "../shared/loading.js"
 * @import { ComponentChildren, TargetedEvent } from "preact"
 */

import { formatNumber } from "../shared/formats.js";
import { useKept } from "../shared/history-entries.js";
import { html, useEffect, useRef, useState } from "../shared/html.js";
import { Loading, MoreButton, usePages } from "../shared/loading.js";
import { Picture } from "../shared/picture.js";
import { strings } from "../strings.js";
import { placeUrl } from "./routes.js";

const words = strings.lists;

const TYPING_PAUSE_MS = 200;
const SEARCHED_FROM = 9; // items; fewer can be seen at a glance

/** @typedef {"issuer" | "badge-class"} ListedType */
/** @typedef {Pick<IssuerDocument | BadgeClassDocument, "id" | "name" | "description" | "image" | "cacheableImage"> & {note?: string}} Listed */
/** @typedef {(cursor: string | undefined, search: Search, signal: AbortSignal) => Promise<ListPage<Listed>>} LoadListed */

/**
 * A searchable list. An `overview` is shown below the search field, except during a search.
 *
 * @param {object} props
 * @param {ListedType} props.type
 * @param {string} props.of the ID of the place that the list belongs to
 * @param {LoadListed} props.load
 * @param {ComponentChildren} props.none what to show instead of an empty list
 * @param {"h2" | "h3"} [props.level] of the heading
 * @param {ComponentChildren} [props.overview] shown above the list
 */
export function PlaceList({ type, of, load, none, level = "h2", overview }) {
  const [text, setText] = useKept(`search ${type} ${of}`, "");
  const [sort, setSort] = useKept(`sort ${type} ${of}`, /** @type {"name" | "recent"} */ ("name"));
  const search = usePause(text.trim());
  const pages = useFound(`${type} of ${of}, ${sort}, ${search}`, search, (cursor, signal) =>
    load(cursor, { search, sort }, signal),
  );
  const isBehind = pages.isStale || text.trim() !== search; // the listed results don't match the typed text
  const { list, goToFirst, stay } = useFirstResult(isBehind);
  const hasSearch = useRef(false); // the search field stays even if a search finds few items
  hasSearch.current ||= (pages.total ?? 0) >= SEARCHED_FROM || text !== "";
  const isEmpty = pages.items?.length === 0 && !pages.search;
  const field = html`<input type="search" aria-label=${words[type].search} placeholder=${words[type].search} value=${text} autocomplete="off" spellcheck="false"
    dir="auto" onKeyDown=${goToFirst}
    onInput=${(/** @type {TargetedEvent<HTMLInputElement>} */ event) => {
      stay();
      setText(event.currentTarget.value);
    }} />`;
  if (overview)
    return html`<div class="list-search">${field}</div>
      <div class="list-overview" hidden=${text.trim() !== ""}>${overview}</div>
      <section class="card place-list">${listed(null)}</section>`;
  return listed(field);

  /** @param {ComponentChildren} search the search field, unless it is elsewhere */
  function listed(search) {
    if (isEmpty) return html`<div class="list-head"><${level}>${words[type].title}<//></div>${none}`;
    return html`<div class="list-head">
      <${level}>${words[type].title}<//>
      <p class="list-count" role="status">${pages.total !== undefined && (pages.search ? words.found(formatNumber(pages.total)) : words[type].count(pages.total, formatNumber(pages.total)))}</p>
      ${
        hasSearch.current &&
        html`<div class="list-tools">
          ${search}
          <${SortChoice} value=${sort} onChange=${setSort} />
        </div>`
      }
    </div>
    <${Loading} loaded=${pages} lines=${0} />
    ${!pages.items && !pages.problem && html`<${TilesSkeleton} type=${type} />`}
    ${
      pages.items &&
      (pages.items.length
        ? html`<ul ref=${list} class="tiles ${type}" aria-busy=${isBehind ? "true" : undefined} inert=${isBehind}>
            ${pages.items.map((item) => html`<${Tile} key=${item.id} type=${type} item=${item} />`)}
          </ul>
          <${MoreButton} more=${isBehind ? null : pages.more} />`
        : html`<div class="nothing-found"><p>${words.nothing(pages.search)}</p>
            <button type="button" class="link" onClick=${() => setText("")}>${words.clear}</button></div>`)
    }`;
  }
}

/** @param {{value: "name" | "recent", onChange: (value: "name" | "recent") => void}} props */
function SortChoice({ value, onChange }) {
  return html`<select class="list-sort" aria-label=${words.sort} value=${value}
    onChange=${(/** @type {TargetedEvent<HTMLSelectElement>} */ event) => onChange(event.currentTarget.value === "recent" ? "recent" : "name")}>
    <option value="name" selected=${value === "name"}>${words.byName}</option>
    <option value="recent" selected=${value === "recent"}>${words.recentFirst}</option>
  </select>`;
}

/**
 * A link to an issuer or a badge, with its picture.
 *
 * @param {{type: ListedType, item: Listed}} props
 */
function Tile({ type, item }) {
  return html`<li class="tile">
    <a href=${placeUrl({ type, id: item.id })}>
      <${Picture} src=${item.cacheableImage ?? item.image} size=${type === "issuer" ? "medium" : "large"} />
      <span class="tile-text">
        <bdi class="tile-name">${item.name}</bdi>
        ${item.description && html`<bdi class="tile-note">${item.description}</bdi>`}
        ${item.note && html`<span class="tile-note">${item.note}</span>`}
      </span>
    </a>
  </li>`;
}

/** @param {{type: ListedType}} props */
function TilesSkeleton({ type }) {
  return html`<div class="tiles skeleton-tiles ${type}" aria-hidden="true">
    ${Array.from({ length: 8 }, (_, n) => html`<div key=${n} class="tile skeleton"></div>`)}
  </div>`;
}

/**
 * Let Enter in the search field move the focus to the first result, as soon as the list shows the results.
 *
 * @param {boolean} isBehind whether the list shows the results of an earlier search
 */
function useFirstResult(isBehind) {
  const list = useRef(/** @type {HTMLUListElement | null} */ (null));
  const [isWanted, setWanted] = useState(false);
  useEffect(() => {
    if (!isWanted || isBehind) return;
    setWanted(false);
    list.current?.querySelector("a")?.focus();
  }, [isWanted, isBehind]);

  /** @param {KeyboardEvent} event */
  function goToFirst({ key, isComposing }) {
    if (key === "Enter" && !isComposing) setWanted(true);
  }
  return { list, goToFirst, stay: () => setWanted(false) };
}

/**
 * Return the latest text that stayed unchanged for a moment, so that a search waits for a pause in typing.
 *
 * @param {string} text
 */
function usePause(text) {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), text ? TYPING_PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/**
 * Load a list for a changing search. The previous list stays until the next list is loaded. Requests that are no
 * longer needed are canceled.
 *
 * @param {string} key
 * @param {string} search
 * @param {(cursor: string | undefined, signal: AbortSignal) => Promise<ListPage<Listed>>} load
 */
function useFound(key, search, load) {
  const request = useRef({ key: "", controller: new AbortController() });
  if (request.current.key !== key) {
    request.current.controller.abort();
    request.current = { key, controller: new AbortController() };
  }
  const { signal } = request.current.controller;
  useEffect(() => () => request.current.controller.abort(), []);
  const pages = { ...usePages((cursor) => load(cursor, signal), key, true), search };
  const latest = useRef(pages);
  if (pages.items || pages.problem) latest.current = pages;
  const isStale = !pages.items && !pages.problem && latest.current.items !== undefined;
  return { ...(isStale ? latest.current : pages), isStale };
}
