/** The parameters in the page's address, after the route: `#/issuers/aurora/data-management?export=…`. */

import { useLayoutEffect, useState } from "./html.js";

/**
 * Return the full address of the current view with other parameters, for a link that people can copy.
 *
 * @param {Record<string, string>} parameters
 */
export function addressWith(parameters) {
  const { origin, pathname, search, hash } = location;
  return `${origin}${pathname}${search}${hash.split("?")[0]}?${new URLSearchParams(parameters)}`;
}

/** Return the current parameters, and track their changes. */
export function useAddressParameters() {
  const [parameters, setParameters] = useState(read);
  // As for the route, a layout effect runs in the same task as the first read.
  useLayoutEffect(() => {
    const changed = () => setParameters(read());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return parameters;
}

const read = () => new URLSearchParams(location.hash.split("?")[1] ?? "");
