/** The API calls for badge replacements. */

/**
 * @import { FailedImageList, OpenResyncList, ReplacementDocument, ReplacementList, ReplacementSource } from "./api-types.d.ts"
 * @import { Part } from "./call.js"
 * @import { Scope } from "./scopes.js"
 */

import { call, query } from "./call.js";
import { scopeField } from "./scopes.js";

/** @type {(badgeClassId: string, source: ReplacementSource) => Promise<ReplacementDocument>} */
export const previewReplacement = (badgeClassId, source) =>
  call("POST", `badge-classes/${encodeURIComponent(badgeClassId)}/replacements`, { body: source });

/** @type {(badgeClassId: string, part?: Part) => Promise<ReplacementList>} */
export const getReplacements = (badgeClassId, { cursor, limit } = {}) =>
  call("GET", `badge-classes/${encodeURIComponent(badgeClassId)}/replacements${query({ cursor, limit })}`);

/** @type {(id: string) => Promise<ReplacementDocument>} */
export const getReplacement = (id) => call("GET", `replacements/${encodeURIComponent(id)}`);

/** @type {(id: string) => Promise<ReplacementDocument>} */
export const confirmReplacement = (id) => call("POST", `replacements/${encodeURIComponent(id)}/confirm`);

/** @type {(id: string) => Promise<ReplacementDocument>} */
export const cancelReplacement = (id) => call("DELETE", `replacements/${encodeURIComponent(id)}`);

/** @type {(id: string, cursor?: string) => Promise<FailedImageList>} */
export const getFailedImages = (id, cursor) =>
  call("GET", `replacements/${encodeURIComponent(id)}/failed-images${query({ cursor, limit: 100 })}`);

/**
 * Return the newest re-syncs of a scope that are in progress or overdue.
 * @type {(scope: Scope) => Promise<OpenResyncList>}
 */
export const getOpenResyncs = (scope) => call("GET", `image-resyncs${query(scopeField(scope))}`);
