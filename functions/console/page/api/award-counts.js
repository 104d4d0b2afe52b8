/** The API calls that count the awards of an organization, an issuer, or a badge. */

/**
 * @import { AwardCountsDocument, TopOfIssuer, TopOfOrganization } from "./api-types.d.ts"
 * @import { Scope } from "./scopes.js"
 */

import { call, query } from "./call.js";
import { Problem } from "./problems.js";
import { pathOf } from "./scopes.js";

/** @type {(scope: Scope) => Promise<AwardCountsDocument>} */
export const countAllAwards = (scope) => call("GET", `${pathOf(scope)}/award-counts`);

/**
 * Count the awards in each month between two days. Without the last day, an award far in the future would add more months
 * than the API returns. In a time zone other than UTC, a very large organization would need too many queries. If the API
 * rejects the request, the months are in UTC instead.
 *
 * @param {Scope} scope
 * @param {{awardedAfter: string, awardedBefore: string}} days both included
 * @param {string} timeZone
 * @returns {Promise<AwardCountsDocument>}
 */
export async function countAwardsByMonth(scope, days, timeZone) {
  const path = `${pathOf(scope)}/award-counts`;
  try {
    return await call("GET", path + query({ by: "month", ...days, timeZone }));
  } catch (error) {
    if (!(error instanceof Problem && error.status === 422)) throw error;
    return call("GET", path + query({ by: "month", ...days }));
  }
}

/** @type {(scope: Scope, limit: number) => Promise<TopOfIssuer & Partial<TopOfOrganization>>} */
export const getMostAwarded = (scope, limit) => call("GET", `${pathOf(scope)}/award-counts/top${query({ limit })}`);
