/** The number of awards that an export will contain, counted while the form is filled in. */

/**
 * @import { ExportScope } from "../../api/api-types.d.ts"
 * @import { Scope } from "../../api/scopes.js"
 * @import { Choices } from "./choices.js"
 */

import { countAwards } from "../../api/exports.js";
import { boundsInWords, formatNumber, OWN_TIME_ZONE } from "../../shared/formats.js";
import { html, useEffect, useRef, useState } from "../../shared/html.js";
import { strings } from "../../strings.js";
import { isActive, onExportChange } from "../watching.js";
import { areSwapped, STATUSES } from "./choices.js";

const words = strings.awards;
const PAUSE_MS = 300;
const FRESH_MS = 10_000; // switching between windows doesn't trigger a new count each time
// The API counts one badge per request. For more badges than this, the count of all awards is shown as an upper limit.
const MOST_BADGES = 25;

/**
 * Return the number of awards for the chosen dates and badges, or null if it isn't known. Awards aren't counted by status
 * or expiry, so with these filters the number is an upper limit.
 *
 * @param {ExportScope} scope
 * @param {Choices} choices
 * @param {string} timeZone the time zone of the dates
 * @returns {number | null}
 */
export function useAwardCount(scope, choices, timeZone = OWN_TIME_ZONE) {
  const { awardedAfter, awardedBefore, badges } = choices;
  const ids = badges.length <= MOST_BADGES ? badges.map(({ id }) => id) : [];
  const wanted = JSON.stringify([scope.type, scope.id, awardedAfter, awardedBefore, timeZone, ids]);
  const [counted, setCounted] = useState(/** @type {{wanted: string, total: number} | null} */ (null));
  const known = useRef(/** @type {Map<string, number>} */ (new Map())); // one more badge is one more request
  const news = useNews(scope, () => known.current.clear());

  useEffect(() => {
    if (areSwapped(awardedAfter, awardedBefore)) return;
    const stale = new AbortController();
    const dates = {
      ...(awardedAfter && { awardedAfter }),
      ...(awardedBefore && { awardedBefore }),
      timeZone,
    };
    /** @param {Scope} place */
    async function countOf(place) {
      const key = JSON.stringify([place.type, place.id, dates]);
      const total = known.current.get(key) ?? (await countAwards(place, dates, stale.signal)).total;
      if (place.type === "badge-class") known.current.set(key, total);
      return total;
    }
    /** @type {Scope[]} */
    const places = ids.length ? ids.map((id) => ({ type: "badge-class", id })) : [scope];
    const timer = setTimeout(async () => {
      const counts = await Promise.all(places.map(countOf)).catch(() => null);
      if (stale.signal.aborted) return;
      setCounted(counts && { wanted, total: counts.reduce((sum, count) => sum + count, 0) });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stale.abort();
    };
  }, [wanted, news]);

  return counted?.wanted === wanted && !areSwapped(awardedAfter, awardedBefore) ? counted.total : null;
}

/**
 * Return a number that increases when awards may have been added, because an export of the scope ended or the person
 * returned to the window. `onNews` is called first.
 *
 * @param {ExportScope} scope
 * @param {() => void} onNews
 */
function useNews({ type, id }, onNews) {
  const [news, setNews] = useState(0);
  useEffect(() => {
    let latest = Date.now();
    const ended = new Set(); // a download reports an export once more
    const renew = () => {
      latest = Date.now();
      onNews();
      setNews((count) => count + 1);
    };
    const forget = onExportChange((exported) => {
      if (exported.scope.type !== type || exported.scope.id !== id || isActive(exported) || ended.has(exported.id))
        return;
      ended.add(exported.id);
      renew();
    });
    const returned = () => Date.now() - latest > FRESH_MS && renew();
    addEventListener("focus", returned);
    return () => {
      forget();
      removeEventListener("focus", returned);
    };
  }, [type, id]);
  return news;
}

/**
 * The number of awards in words. If the start date is after the end date, a button swaps them.
 *
 * @param {object} props
 * @param {number | null} props.count
 * @param {Choices} props.choices
 * @param {(dates: Pick<Choices, "awardedAfter" | "awardedBefore">) => void} props.onSwap
 */
export function AwardCount({ count, choices, onSwap }) {
  const { awardedAfter, awardedBefore, badges } = choices;
  if (areSwapped(awardedAfter, awardedBefore)) {
    const swap = () => onSwap({ awardedAfter: awardedBefore, awardedBefore: awardedAfter });
    return html`<p class="award-count">${words.startAfterEnd}
      <button type="button" class="link" onClick=${swap}>${words.swap}</button></p>`;
  }
  const limit = unknownFilters(choices);
  const text = count === null ? null : words.count(count, formatNumber(count), limit !== null);
  return html`<p class="award-count" aria-live="polite">
    ${count === 0 ? words.noAwards(boundsInWords({ awardedAfter, awardedBefore }, "awarded"), badges.length) : html`<strong>${text}</strong>`}
    ${count !== null && count > 0 && limit && html`<span class="hint">${words.limits[limit]}</span>`}
  </p>`;
}

/**
 * Return the kind of filter that makes the number an upper limit, or null if the number is exact.
 *
 * @param {Choices} choices
 * @returns {keyof typeof words.limits | null}
 */
export function unknownFilters({ badges, status, expiresAfter, expiresBefore }) {
  if (status.length < STATUSES.length || expiresAfter !== "" || expiresBefore !== "") return "status";
  return badges.length > MOST_BADGES ? "badges" : null;
}
