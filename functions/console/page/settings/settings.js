/** The settings of an organization or an issuer, in its data management. */

/** @import { ExportScope } from "../api/api-types.d.ts" */

import { html } from "../shared/html.js";
import { AccessTokens } from "./access-tokens.js";
import { Delivery } from "./delivery.js";

/** @param {{scope: ExportScope, organizationId: string}} props */
export function Settings(props) {
  const { scope, organizationId } = props;
  return html`<${AccessTokens} ...${props} />
    ${scope.type === "organization" && html`<${Delivery} organizationId=${organizationId} />`}`;
}
