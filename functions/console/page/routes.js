/** The page's own addresses: what stands behind `#`, such as `#/issuers/aurora/data-management`. */

import { useEffect, useState } from "./html.js";

const TYPES = { organizations: "organization", issuers: "issuer", badges: "badge-class" };

/** Give the address of a place, by its type and id; `tab` is "overview" or "data-management". */
export function placeUrl({ type, id }, tab = "overview") {
  const collection = Object.keys(TYPES).find((name) => TYPES[name] === type);
  return `#/${collection}/${encodeURIComponent(id)}${tab === "overview" ? "" : `/${tab}`}`;
}

/** Where the reader is. @returns {{type: string, id?: string, tab?: string}} of type "home" or "unknown" or a scope's */
export function useRoute() {
  const [route, setRoute] = useState(() => read(location.hash));
  useEffect(() => {
    const changed = () => setRoute(read(location.hash));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

function read(hash) {
  const [collection, id, tab = "overview", ...rest] = hash.replace(/^#?\/?/, "").split("/");
  if (!collection) return { type: "home" };
  if (
    !TYPES[collection] ||
    !/^[A-Za-z0-9_-]{1,64}$/.test(id ?? "") ||
    rest.length ||
    !["overview", "data-management"].includes(tab)
  ) {
    return { type: "unknown" };
  }
  return { type: TYPES[collection], id, tab };
}
