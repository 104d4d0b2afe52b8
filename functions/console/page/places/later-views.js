/**
 * The views that are loaded when one of them is first opened. They are one script: a second one would share other modules
 * with the main script, which esbuild would put into one more file that signing in waits for.
 */

export { Trail } from "../trail/trail.js";
export { BadgeData, IssuerData, OrganizationData } from "./data-management.js";
