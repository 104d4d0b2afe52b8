/** The views of organizations, issuers, and badges. */

/**
 * @import { Me } from "../api/api-types.d.ts"
 * @import { Route } from "./routes.js"
 */

import { useScrollPosition } from "../shared/history-entries.js";
import { html, useEffect } from "../shared/html.js";
import { Badge } from "./badge.js";
import { Home } from "./home.js";
import { Issuer } from "./issuer.js";
import { Nowhere } from "./nowhere.js";
import { Organization } from "./organization.js";
import { onlyPlaceOf } from "./roles.js";
import { leaveHome, placeUrl } from "./routes.js";

/**
 * The view of a route. `onStale` is called if the person has a role that `me` doesn't contain yet.
 *
 * @param {{me: Me, onStale: () => Promise<void>, route: Route}} props
 */
export function Place({ me, onStale, route }) {
  const only = route.type === "home" ? onlyPlaceOf(me) : undefined;
  useEffect(() => {
    if (only) leaveHome(placeUrl(only));
  }, [only?.id]);
  useScrollPosition(`${route.type} ${route.id} ${route.tab}`);
  if (only) return null;
  const view = { home: Home, organization: Organization, issuer: Issuer, "badge-class": Badge, unknown: Nowhere }[
    route.type
  ];
  return html`<${view} key=${`${route.type} ${route.id}`} me=${me} onStale=${onStale} id=${route.id} tab=${route.tab} />`;
}
