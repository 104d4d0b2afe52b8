/** What the person who is signed in may see and do, from what `GET /me` says. */

/** Roles that may replace badges and change schedules. */
const EDITING = ["admin", "owner", "editor"];

/** Give the organizations that the person has to do with, each with its issuers where they are known. */
export function organizationsOf(me) {
  const organizations = new Map();
  for (const { role, organization, issuer } of me.memberships) {
    const known = organizations.get(organization.id) ?? { ...organization, isAdmin: false, issuers: [] };
    organizations.set(organization.id, known);
    if (role === "admin") known.isAdmin = true;
    else known.issuers.push({ ...issuer, role });
  }
  return [...organizations.values()];
}

/** Give the person's role on an issuer: their own, or `admin` through its organization. */
export function roleOnIssuer(me, issuer) {
  const organization = organizationsOf(me).find(({ id }) => id === issuer.organizationId);
  if (organization?.isAdmin) return "admin";
  return organization?.issuers.find(({ id }) => id === issuer.id)?.role;
}

export const mayEdit = (role) => EDITING.includes(role);

/** Give an organization that the person has to do with, by its id. */
export const organizationWith = (me, id) => organizationsOf(me).find((organization) => organization.id === id);
