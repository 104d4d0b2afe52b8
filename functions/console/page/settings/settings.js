/** The settings of an organization or an issuer, in its data management. */

/** @import { ExportScope } from "../api/api-types.d.ts" */

import { html } from "../shared/html.js";
import { Later } from "../shared/later.js";

const load = () => import("./access-tokens.js");

/** @param {{scope: ExportScope, organizationId: string}} props */
export function Settings(props) {
  return html`<${Later} load=${load} view="AccessTokens" properties=${props} />`;
}
