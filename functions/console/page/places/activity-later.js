/** The Activity tab. Its script is loaded when a tab that needs it is first opened. */

/** @import { ExportScope, OrganizationDocument, TrailEntryDocument } from "../api/api-types.d.ts" */

import { html } from "../shared/html.js";
import { Later } from "../shared/later.js";
import { placeUrl } from "./routes.js";

const load = () => import("./later-views.js");

/** @param {{scope: ExportScope, plan: OrganizationDocument["plan"]}} props */
export function Activity({ scope, plan }) {
  return html`<${Later} load=${load} view="Trail" properties=${{ scope, mayExport: plan === "paid", urlOf }} />`;
}

/**
 * Return the URL of an entry's target, if it has a view: a badge, or an export in the list of its scope.
 *
 * @param {TrailEntryDocument} entry
 */
function urlOf({ target, details }) {
  if (target.type === "badge-class") return placeUrl({ type: "badge-class", id: target.id });
  const { scopeType: type, scopeId: id } = details;
  if (target.type !== "export" || typeof id !== "string") return undefined;
  const scope = { type: /** @type {ExportScope["type"]} */ (type), id };
  return `${placeUrl(scope, "data-management")}?export=${encodeURIComponent(target.id)}`;
}
