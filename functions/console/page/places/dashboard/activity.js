/** The activity in a place: image updates in progress, the next scheduled exports, and the latest exports. */

/**
 * @import { ExportDocument, ExportScope, OpenResyncDocument, ScheduleDocument } from "../../api/api-types.d.ts"
 */

import { getExports } from "../../api/exports.js";
import { getOpenResyncs } from "../../api/replacements.js";
import { getSchedules } from "../../api/schedules.js";
import { formatDistance, formatNumber } from "../../shared/formats.js";
import { html } from "../../shared/html.js";
import { Loading, Skeleton, useLoaded } from "../../shared/loading.js";
import { usePolled } from "../../shared/polling.js";
import { strings } from "../../strings.js";
import { placeUrl } from "../routes.js";

const words = strings.dashboard;
const SHOWN = 3; // of each kind; the style sheet reserves space for them
const PACE = { shortest: 1500, longest: 30_000 };

/** @param {{scope: ExportScope}} props */
export function Activity({ scope }) {
  const of = `${scope.type} ${scope.id}`;
  const resyncs = useLoaded(() => getOpenResyncs(scope), `open re-syncs of ${of}`, true);
  const schedules = useLoaded(() => getSchedules(scope), `next runs of ${of}`, true);
  const exports = useLoaded(() => getExports(scope, { limit: SHOWN }), `latest exports of ${of}`, true);
  return html`<section class="card activity">
    ${resyncs.value && html`<${Resyncs} scope=${scope} loaded=${resyncs.value.items} />`}
    <h2>${words.exports}</h2>
    <${Loading} loaded=${exports} lines=${SHOWN} />
    ${exports.value && html`<${LatestExports} exports=${exports.value.items} />`}
    <h2>${words.schedules}</h2>
    <${Loading} loaded=${schedules} lines=${2} />
    ${schedules.value && html`<${NextRuns} schedules=${schedules.value.items} />`}
    <p class="activity-more"><a href=${placeUrl(scope, "data-management")}>${words.allExports}</a></p>
  </section>`;
}

/** The placeholder of the activity until it is loaded. */
export function ActivitySkeleton() {
  return html`<section class="card activity">
    <h2>${words.exports}</h2>
    <${Skeleton} lines=${SHOWN} />
    <h2>${words.schedules}</h2>
    <${Skeleton} lines=${2} />
  </section>`;
}

/**
 * The open re-syncs, polled while any of them is in progress.
 *
 * @param {{scope: ExportScope, loaded: OpenResyncDocument[]}} props
 */
function Resyncs({ scope, loaded }) {
  const resyncs = usePolled(
    loaded,
    `${scope.type} ${scope.id}`,
    (items) => items.some(({ imageResync: { status } }) => status === "in-progress"),
    async () => (await getOpenResyncs(scope)).items,
    PACE,
  );
  if (resyncs.length === 0) return null;
  return html`<h2>${words.resyncs}</h2>
    <ul>
      ${resyncs.slice(0, SHOWN).map(
        ({
          replacementId,
          badgeClassId,
          badgeClassName,
          imageResync: { status, refreshed, total },
        }) => html`<li key=${replacementId}>
          <a href=${placeUrl({ type: "badge-class", id: badgeClassId }, "data-management")}><bdi>${badgeClassName}</bdi></a>
          <span class="status ${status}">${strings.dashboard.resyncStatus[status]}</span>
          <p>${total > 0 ? strings.resync.refreshed(formatNumber(refreshed), total, formatNumber(total)) : strings.resync.counting}</p>
        </li>`,
      )}
    </ul>`;
}

/** @param {{exports: ExportDocument[]}} props */
function LatestExports({ exports }) {
  if (exports.length === 0) return html`<p class="empty">${words.noExports}</p>`;
  return html`<ul>
    ${exports.map(
      ({ id, kind, scope, status, createdAt }) => html`<li key=${id}>
        <a href=${`${placeUrl(scope, "data-management")}?export=${id}`}>${words.exportOf(kind)}</a>
        <span class="soft">${formatDistance(createdAt)}</span>
        <span class="status ${status}">${strings.exports.status[status]}</span>
      </li>`,
    )}
  </ul>`;
}

/** @param {{schedules: ScheduleDocument[]}} props */
function NextRuns({ schedules }) {
  const due = schedules.flatMap(({ id, name, enabled, nextRunAt }) =>
    enabled && nextRunAt ? [{ id, name, nextRunAt }] : [],
  );
  if (due.length === 0) return html`<p class="empty">${words.noSchedules}</p>`;
  due.sort((one, other) => one.nextRunAt.localeCompare(other.nextRunAt));
  return html`<ul>
    ${due.slice(0, SHOWN).map(
      ({ id, name, nextRunAt }) => html`<li key=${id}>
        <bdi>${name}</bdi> <span class="soft">${formatDistance(nextRunAt)}</span>
      </li>`,
    )}
  </ul>`;
}
