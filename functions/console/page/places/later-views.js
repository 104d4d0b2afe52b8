/**
 * The views that are loaded when one of them is first opened. They form a single script. With a second script, esbuild
 * would move shared modules to another file, and sign-in would have to wait for that file.
 */

export { Trail } from "../trail/trail.js";
export { BadgeData, IssuerData, OrganizationData } from "./data-management.js";
