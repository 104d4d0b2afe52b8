/** The page's routes: the part of the URL after `#`, such as `#/issuers/aurora/data-management`. */

/**
 * @import { BadgeClassDocument, ExportScope } from "../api/api-types.d.ts"
 * @import { Scope } from "../api/scopes.js"
 */

import { enterEntry } from "../shared/history-entries.js";
import { useLayoutEffect, useState } from "../shared/html.js";
import { daysOf } from "./dashboard/months.js";

/** @typedef {"overview" | "data-management" | "activity"} Tab */

/** @type {Tab[]} */
export const TABS = ["overview", "data-management", "activity"];

/**
 * A route of the page.
 * @typedef {{type: "home" | "unknown", id?: undefined, tab?: undefined} | Scope & {tab: Tab}} Route
 */

/** @type {Record<string, ExportScope["type"]>} */
const TYPES = { organizations: "organization", issuers: "issuer", badges: "badge-class" };

/**
 * Return the URL of an organization, issuer, or badge, and of one of its tabs.
 *
 * @param {Scope} place
 * @param {Tab} tab
 */
export function placeUrl({ type, id }, tab = "overview") {
  const collection = Object.keys(TYPES).find((name) => TYPES[name] === type);
  return `#/${collection}/${encodeURIComponent(id)}${tab === "overview" ? "" : `/${tab}`}`;
}

/**
 * Return the URL of the form that exports a place's awards from one month.
 *
 * @param {Scope} place
 * @param {string} month such as "2026-01"
 */
export function monthUrl(place, month) {
  return `${placeUrl(place, "data-management")}?${new URLSearchParams(daysOf([month]))}`;
}

/**
 * Return the URL of the form that exports a badge's awards.
 *
 * @param {Pick<BadgeClassDocument, "id" | "issuerId">} badge
 */
export function badgeAwardsUrl({ id, issuerId }) {
  return `${placeUrl({ type: "issuer", id: issuerId }, "data-management")}?${new URLSearchParams({ badge: id })}`;
}

/**
 * The current route.
 *
 * @returns {Route}
 */
export function useRoute() {
  const [route, setRoute] = useState(() => {
    enterEntry();
    return read(location.hash);
  });
  // A layout effect runs in the same task as the first read. An effect would miss changes until the next frame.
  useLayoutEffect(() => {
    const changed = () => {
      enterEntry();
      setRoute(read(location.hash));
    };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

/**
 * Go from the start page to another route, unless the person has gone elsewhere in the meantime.
 *
 * @param {string} url the route's URL, which replaces the start page in the browser's history
 */
export function leaveHome(url) {
  if (read(location.hash).type === "home") location.replace(url);
}

/**
 * @param {string} hash
 * @returns {Route}
 */
function read(hash) {
  const [route = ""] = hash.replace(/^#?\/?/, "").split("?"); // parameters follow the route
  const [collection, id = "", tab = "overview", ...rest] = route.split("/");
  if (!collection) return { type: "home" };
  const type = Object.hasOwn(TYPES, collection) ? TYPES[collection] : undefined;
  if (!type || !/^[A-Za-z0-9_-]{1,64}$/.test(id) || rest.length || !isTab(tab)) {
    return { type: "unknown" };
  }
  if (type === "badge-class" && tab === "activity") return { type: "unknown" };
  return { type, id, tab };
}

/** @type {(name: string) => name is Tab} */
const isTab = (name) => name === "overview" || name === "data-management" || name === "activity";
