/** The signed-in person's permissions, from `GET /me`. */

/**
 * @import { IssuerDocument, Me, Membership, NamedIssuer, OrganizationDocument } from "../api/api-types.d.ts"
 * @import { Scope } from "../api/scopes.js"
 */

import { useEffect } from "../shared/html.js";

/** @typedef {Membership["role"]} Role */

/**
 * An organization that the signed-in person can access.
 * @typedef {OrganizationDocument & {isAdmin: boolean, issuers: (NamedIssuer & {role: Role})[]}} OwnOrganization
 */

/**
 * Roles that may replace badges and change schedules.
 * @type {(Role | undefined)[]}
 */
const EDITING = ["admin", "owner", "editor"];

/**
 * Return the organizations that the person can access, each with its issuers if they are known.
 *
 * @param {Me} me
 */
export function organizationsOf(me) {
  /** @type {Map<string, OwnOrganization>} */
  const organizations = new Map();
  for (const { role, organization, issuer } of me.memberships) {
    const known = organizations.get(organization.id) ?? { ...organization, isAdmin: false, issuers: [] };
    organizations.set(organization.id, known);
    if (role === "admin") known.isAdmin = true;
    else if (issuer) known.issuers.push({ ...issuer, role });
  }
  return [...organizations.values()];
}

/**
 * Return the person's role for an issuer: the person's own role there, or `admin` through its organization.
 *
 * @param {Me} me
 * @param {IssuerDocument} issuer
 */
export function roleOnIssuer(me, issuer) {
  const organization = organizationsOf(me).find(({ id }) => id === issuer.organizationId);
  if (organization?.isAdmin) return "admin";
  return organization?.issuers.find(({ id }) => id === issuer.id)?.role;
}

/**
 * Return the person's organization or issuer, or undefined if the person can access several of them or none.
 *
 * @param {Me} me
 * @returns {Scope | undefined}
 */
export function onlyPlaceOf(me) {
  const [organization, ...others] = organizationsOf(me);
  if (!organization || others.length > 0) return undefined;
  if (organization.isAdmin) return { type: "organization", id: organization.id };
  const [issuer, ...more] = organization.issuers;
  return issuer && more.length === 0 ? { type: "issuer", id: issuer.id } : undefined;
}

/** @type {(role: Role | undefined) => boolean} */
export const mayEdit = (role) => EDITING.includes(role);

/** @type {(role: Role | undefined) => boolean} */
export const mayManageTokens = (role) => role === "admin" || role === "owner";

/**
 * Return whether a role may see the trail.
 * @type {(role: Role | undefined) => boolean}
 */
export const maySeeTrail = (role) => role === "admin" || role === "owner";

/**
 * Return an organization that the person can access, by its ID.
 * @type {(me: Me, id: string) => OwnOrganization | undefined}
 */
export const organizationWith = (me, id) => organizationsOf(me).find((organization) => organization.id === id);

/**
 * Return the organization of an issuer and the person's role there. A role that was added after the page was opened is
 * not in `me`, although the API already shows the issuer.
 *
 * @param {Me} me
 * @param {IssuerDocument | undefined} issuer
 * @param {() => Promise<void>} onStale
 */
export function useRole(me, issuer, onStale) {
  const role = issuer && roleOnIssuer(me, issuer);
  const isStale = issuer !== undefined && role === undefined;
  useEffect(() => {
    if (isStale) onStale();
  }, [isStale]);
  return { organization: role && organizationWith(me, issuer.organizationId), role };
}
