/** The progress of the export that a form requested. */

/** @import { useExportRequest } from "../requesting.js" */

import { html } from "../../shared/html.js";
import { PartLink } from "../../shared/part-link.js";
import { strings } from "../../strings.js";
import { ExportProgress, Status } from "../list/export-progress.js";
import { isActive } from "../watching.js";

/**
 * The progress of the export that was requested last. The element exists even before the first request.
 *
 * @param {{request: Pick<ReturnType<typeof useExportRequest>, "asking" | "started">}} props
 */
export function Started({ request: { asking, started } }) {
  const { asking: words, ended } = strings.exports;
  return html`<div class="started">
    ${asking && html`<div class="progress"><progress aria-label=${words}></progress><p>${words}</p></div>`}
    ${started && isActive(started) && html`<${ExportProgress} exported=${started} />`}
    <p class="progress-end" role="status">
      ${
        started &&
        !isActive(started) &&
        html`<${Status} exported=${started} /> <span>${ended(started)}</span>
          <${PartLink} id="exports">${strings.exports.seeAll}<//>`
      }
    </p>
  </div>`;
}
