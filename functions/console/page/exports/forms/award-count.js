/** The number of awards that an export will contain, counted while the form is filled in. */

/**
 * @import { ExportScope } from "../../api/api-types.d.ts"
 * @import { Choices } from "./choices.js"
 */

import { countAwards } from "../../api/exports.js";
import { formatNumber, OWN_TIME_ZONE } from "../../shared/formats.js";
import { html, useEffect, useState } from "../../shared/html.js";
import { strings } from "../../strings.js";
import { areSwapped, STATUSES } from "./choices.js";

const PAUSE_MS = 300;
// The API counts one badge a request. For more badges the count is that of all, as an upper limit.
const MOST_BADGES = 5;

/**
 * The number of awards for the chosen dates and badges. Awards aren't counted by status or expiry, so with these
 * filters the number is an upper limit. If it is unknown, nothing is shown.
 *
 * @param {{scope: ExportScope, choices: Choices}} props
 */
export function AwardCount({ scope, choices }) {
  const { awardedAfter, awardedBefore, badges } = choices;
  const ids = badges.length <= MOST_BADGES ? badges.map(({ id }) => id) : [];
  const wanted = JSON.stringify([awardedAfter, awardedBefore, ids]);
  const [counted, setCounted] = useState(/** @type {{wanted: string, total: number} | null} */ (null));

  useEffect(() => {
    if (areSwapped(awardedAfter, awardedBefore)) return;
    const stale = new AbortController();
    const dates = {
      ...(awardedAfter && { awardedAfter }),
      ...(awardedBefore && { awardedBefore }),
      timeZone: OWN_TIME_ZONE,
    };
    /** @type {Pick<ExportScope, "type" | "id">[]} */
    const places = ids.length ? ids.map((id) => ({ type: "badge-class", id })) : [scope];
    const timer = setTimeout(async () => {
      const counts = await Promise.all(places.map((place) => countAwards(place, dates, stale.signal))).catch(
        () => null,
      );
      if (stale.signal.aborted) return;
      setCounted(counts && { wanted, total: counts.reduce((sum, { total }) => sum + total, 0) });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stale.abort();
    };
  }, [wanted]);

  const isKnown = counted !== null && counted.wanted === wanted && !areSwapped(awardedAfter, awardedBefore);
  return html`<p class="award-count" aria-live="polite">
    ${isKnown && strings.awards.count(counted.total, formatNumber(counted.total), isUpperLimit(choices))}
  </p>`;
}

/** @param {Choices} choices */
function isUpperLimit({ badges, status, expiresAfter, expiresBefore }) {
  return badges.length > MOST_BADGES || status.length < STATUSES.length || expiresAfter !== "" || expiresBefore !== "";
}
