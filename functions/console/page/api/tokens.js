/** The API calls for access tokens. */

/** @import { NewToken, TokenList, TokenRequest } from "./api-types.d.ts" */

import { call, query } from "./call.js";

/** @type {(organizationId: string) => string} */
const path = (organizationId) => `organizations/${encodeURIComponent(organizationId)}/tokens`;

/** @type {(organizationId: string, token: TokenRequest) => Promise<NewToken>} */
export const createToken = (organizationId, token) => call("POST", path(organizationId), { body: token });

/**
 * Return all tokens that the person manages: an organization can have at most 50.
 * @type {(organizationId: string) => Promise<TokenList>}
 */
export const getTokens = (organizationId) => call("GET", `${path(organizationId)}${query({ limit: 100 })}`);

/** @type {(organizationId: string, id: string) => Promise<null>} */
export const deleteToken = (organizationId, id) => call("DELETE", `${path(organizationId)}/${encodeURIComponent(id)}`);
