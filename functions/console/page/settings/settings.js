/** The settings of an organization or an issuer, in its data management. */

/** @import { ExportScope } from "../api/api-types.d.ts" */

import { html } from "../shared/html.js";
import { Later } from "../shared/later.js";

const loadTokens = () => import("./access-tokens.js");
const loadDelivery = () => import("./delivery.js");

/** @param {{scope: ExportScope, organizationId: string}} props */
export function Settings(props) {
  const { scope, organizationId } = props;
  return html`<${Later} load=${loadTokens} view="AccessTokens" properties=${props} />
    ${scope.type === "organization" && html`<${Later} load=${loadDelivery} view="Delivery" properties=${{ organizationId }} />`}`;
}
