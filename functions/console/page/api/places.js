/** The API calls for a person's organizations, issuers, and badges. */

/** @import { BadgeClassDocument, BadgeClassList, IssuerDocument, IssuerList, Me } from "./api-types.d.ts" */

import { call, query } from "./call.js";

/**
 * Return the signed-in person with all memberships. The API splits a very long list of memberships into pages.
 * @returns {Promise<Me>}
 */
export async function getMe() {
  /** @type {Me} */
  let page = await call("GET", "me");
  const me = page;
  while (page.nextCursor) {
    page = await call("GET", `me${query({ cursor: page.nextCursor })}`);
    me.memberships.push(...page.memberships);
  }
  return me;
}

/**
 * The words to search for in names and IDs, and the order of the list. By default, lists are sorted by ID.
 * @typedef {{search?: string, sort?: "name" | "recent", limit?: number}} Search
 */

/** @type {(organizationId: string, cursor?: string, search?: Search, signal?: AbortSignal) => Promise<IssuerList>} */
export const getIssuers = (organizationId, cursor, { search, sort, limit } = {}, signal) =>
  call(
    "GET",
    `organizations/${encodeURIComponent(organizationId)}/issuers${query({ search: search || undefined, sort, limit, cursor })}`,
    { signal },
  );

/** @type {(id: string) => Promise<IssuerDocument>} */
export const getIssuer = (id) => call("GET", `issuers/${encodeURIComponent(id)}`);

/** @type {(issuerId: string, cursor?: string, search?: Search, signal?: AbortSignal) => Promise<BadgeClassList>} */
export const getBadgeClasses = (issuerId, cursor, { search, sort, limit } = {}, signal) =>
  call(
    "GET",
    `issuers/${encodeURIComponent(issuerId)}/badge-classes${query({ search: search || undefined, sort, limit, cursor })}`,
    { signal },
  );

/** @type {(id: string) => Promise<BadgeClassDocument>} */
export const getBadgeClass = (id) => call("GET", `badge-classes/${encodeURIComponent(id)}`);
