/** The Data management tabs. Their script is half of the page, and is loaded when such a tab is first opened. */

/**
 * @import { ComponentProps } from "preact"
 * @import * as Tabs from "./data-management.js"
 */

import { html } from "../shared/html.js";
import { Later } from "../shared/later.js";

const load = () => import("./later-views.js");

/** @param {ComponentProps<typeof Tabs.OrganizationData>} properties */
export function OrganizationData(properties) {
  return html`<${Later} load=${load} view="OrganizationData" properties=${properties} />`;
}

/** @param {ComponentProps<typeof Tabs.IssuerData>} properties */
export function IssuerData(properties) {
  return html`<${Later} load=${load} view="IssuerData" properties=${properties} />`;
}

/** @param {ComponentProps<typeof Tabs.BadgeData>} properties */
export function BadgeData(properties) {
  return html`<${Later} load=${load} view="BadgeData" properties=${properties} />`;
}
