/**
 * The views that are loaded when one of them is first opened. They are one script. With a second script, esbuild would
 * move shared modules to another file, which signing in would wait for.
 */

export { Trail } from "../trail/trail.js";
export { BadgeData, IssuerData, OrganizationData } from "./data-management.js";
