/** What the person who is signed in may see and do, from what `GET /me` says. */

/** @import { IssuerDocument, Me, Membership, NamedIssuer, OrganizationDocument } from "./api-types.d.ts" */

/** @typedef {Membership["role"]} Role */

/**
 * An organization as the person who is signed in has to do with it.
 * @typedef {OrganizationDocument & {isAdmin: boolean, issuers: (NamedIssuer & {role: Role})[]}} OwnOrganization
 */

/**
 * Roles that may replace badges and change schedules.
 * @type {(Role | undefined)[]}
 */
const EDITING = ["admin", "owner", "editor"];

/**
 * Give the organizations that the person has to do with, each with its issuers where they are known.
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
 * Give the person's role on an issuer: their own, or `admin` through its organization.
 *
 * @param {Me} me
 * @param {IssuerDocument} issuer
 */
export function roleOnIssuer(me, issuer) {
  const organization = organizationsOf(me).find(({ id }) => id === issuer.organizationId);
  if (organization?.isAdmin) return "admin";
  return organization?.issuers.find(({ id }) => id === issuer.id)?.role;
}

/** @type {(role: Role | undefined) => boolean} */
export const mayEdit = (role) => EDITING.includes(role);

/**
 * Give an organization that the person has to do with, by its id.
 * @type {(me: Me, id: string) => OwnOrganization | undefined}
 */
export const organizationWith = (me, id) => organizationsOf(me).find((organization) => organization.id === id);
