/** The API calls for the trail. */

/**
 * @import { TrailList } from "./api-types.d.ts"
 * @import { Part } from "./call.js"
 * @import { Scope } from "./scopes.js"
 */

import { call, query } from "./call.js";
import { pathOf } from "./scopes.js";

/** @type {(scope: Scope, part: Part & {actor?: string, action?: string}) => Promise<TrailList>} */
export const getTrail = (scope, { cursor, limit, actor, action }) =>
  call(
    "GET",
    `${pathOf(scope)}/trail${query({ actor: actor || undefined, action: action || undefined, cursor, limit })}`,
  );
