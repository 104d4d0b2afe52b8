/** The organization's delivery destination, which all forms and lists on a Data management tab share. */

/** @import { OrganizationDocument } from "../api/api-types.d.ts" */

import { createContext, useContext } from "../shared/html.js";

/**
 * Whether files can be delivered, and to which bucket. Only admins see the bucket.
 * @typedef {Pick<OrganizationDocument, "hasDestination" | "destinationBucket">} Destination
 */

const Destination = createContext(/** @type {Destination} */ ({ hasDestination: false }));

/** The element around the tab: `value` is the destination. */
export const DestinationProvider = Destination.Provider;

export const useDestination = () => useContext(Destination);
