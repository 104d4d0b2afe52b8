/** The facts that people need before they replace a badge: its source, the number of awards, and a backup. */

/** @import { ReplacementDocument, SourceDocument } from "../api/api-types.d.ts" */

import { countAwards } from "../api/exports.js";
import { useExportRequest } from "../exports/requesting.js";
import { isActive } from "../exports/watching.js";
import { Button } from "../shared/button.js";
import { formatNumber, OWN_TIME_ZONE } from "../shared/formats.js";
import { html, useEffect, useState } from "../shared/html.js";
import { ProblemNotice } from "../shared/problem-notices.js";
import { strings } from "../strings.js";

const words = strings.replace;

/** @param {{preview: ReplacementDocument, changesNothing: boolean}} props */
export function Facts({ preview: { source, badgeClassId }, changesNothing }) {
  return html`<dl class="facts">
    <div><dt>${words.source}</dt><dd><${Source} source=${source} /></dd></div>
    ${
      !changesNothing &&
      html`<div><dt>${words.affected}</dt><dd><${AwardsThatChange} badgeId=${badgeClassId} /></dd></div>
        <div><dt>${words.backup}</dt><dd><${CurrentBadge} id=${badgeClassId} /></dd></div>`
    }
  </dl>`;
}

/**
 * The known facts about the origin of a new badge.
 *
 * @param {{source: SourceDocument}} props
 */
export function Source({ source }) {
  const names = [source.issuerName, source.host].filter(Boolean);
  return html`<span class="source">${names.map((name) => html`<bdi key=${name}>${name}</bdi>${" · "}`)}<span class="hint">${words.readFrom(source)}</span></span>`;
}

/**
 * The number of awards that will show the new badge. If it can't be counted, the row stays empty.
 *
 * @param {{badgeId: string}} props
 */
function AwardsThatChange({ badgeId }) {
  const [total, setTotal] = useState(/** @type {number | null} */ (null));
  useEffect(() => {
    const gone = new AbortController();
    countAwards({ type: "badge-class", id: badgeId }, { timeZone: OWN_TIME_ZONE }, gone.signal).then(
      (counted) => setTotal(counted.total),
      () => {},
    );
    return () => gone.abort();
  }, [badgeId]);
  return html`<span role="status">${total === null ? "\u00a0" : words.awards(total, formatNumber(total))}</span>`;
}

/**
 * A button that downloads the current badge, with its image, before it is overwritten.
 *
 * @param {{id: string}} props
 */
function CurrentBadge({ id }) {
  const { ask, asking, problem, started } = useExportRequest({ type: "badge-class", id });
  const isBusy = asking !== null || (started !== null && isActive(started));
  return html`<${Button} busy=${isBusy} onClick=${() => ask({ kind: "badge-class", embedImages: true })}>${words.download}<//>
    <span class="hint">${words.downloadHint}</span>
    <${ProblemNotice} problem=${problem} />`;
}
