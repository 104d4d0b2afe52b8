/** The API calls for an organization's delivery destination. */

/** @import { DestinationDocument, DestinationRequest } from "./api-types.d.ts" */

import { call } from "./call.js";
import { Problem } from "./problems.js";

/** @type {(organizationId: string) => string} */
const path = (organizationId) => `organizations/${encodeURIComponent(organizationId)}/destination`;

/**
 * Return the destination, or null if there is none.
 * @type {(organizationId: string) => Promise<{destination: DestinationDocument | null}>}
 */
export async function getDestination(organizationId) {
  try {
    return { destination: await call("GET", path(organizationId)) };
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return { destination: null };
    throw error;
  }
}

/** @type {(organizationId: string, destination: DestinationRequest) => Promise<DestinationDocument>} */
export const setDestination = (organizationId, destination) => call("PUT", path(organizationId), { body: destination });

/** @type {(organizationId: string) => Promise<DestinationDocument>} */
export const testDestination = (organizationId) => call("POST", `${path(organizationId)}/test`);

/** @type {(organizationId: string) => Promise<null>} */
export const deleteDestination = (organizationId) => call("DELETE", path(organizationId));
