/** Convert scopes to the paths and fields of the API. */

/** @import { ExportScope } from "./api-types.d.ts" */

/**
 * An organization, issuer, or badge class that has exports and schedules.
 * @typedef {Pick<ExportScope, "type" | "id">} Scope
 */

/**
 * Return a scope as the field that identifies it in queries and schedules, such as `{issuerId: "…"}`.
 *
 * @param {Scope} scope
 * @returns {{organizationId?: string, issuerId?: string, badgeClassId?: string}}
 */
export function scopeField({ type, id }) {
  return { [{ organization: "organizationId", issuer: "issuerId", "badge-class": "badgeClassId" }[type]]: id };
}

/** @param {Scope} scope */
export function pathOf({ type, id }) {
  const collection = { organization: "organizations", issuer: "issuers", "badge-class": "badge-classes" }[type];
  return `${collection}/${encodeURIComponent(id)}`;
}
