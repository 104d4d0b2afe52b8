/** The settings of an organization or an issuer, in its data management. */

/** @import { ExportScope } from "../api/api-types.d.ts" */

import { html } from "../shared/html.js";
import { AccessTokens } from "./access-tokens.js";
import { Delivery } from "./delivery.js";

/**
 * @param {object} props
 * @param {ExportScope} props.scope
 * @param {string} props.organizationId
 * @param {() => Promise<void>} [props.onDestinationChange] only for an organization, which has a delivery destination
 */
export function Settings({ scope, organizationId, onDestinationChange }) {
  return html`<${AccessTokens} scope=${scope} organizationId=${organizationId} />
    ${onDestinationChange && html`<${Delivery} organizationId=${organizationId} onDestinationChange=${onDestinationChange} />`}`;
}
