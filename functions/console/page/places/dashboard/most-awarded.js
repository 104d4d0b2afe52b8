/** The issuers and badges of a place with the most awards. */

/** @import { ExportScope } from "../../api/api-types.d.ts" */

import { getMostAwarded } from "../../api/award-counts.js";
import { formatNumber } from "../../shared/formats.js";
import { html } from "../../shared/html.js";
import { Skeleton, useLoaded } from "../../shared/loading.js";
import { strings } from "../../strings.js";
import { placeUrl } from "../routes.js";

const words = strings.dashboard;
const SHOWN = 5;

/** @param {{scope: ExportScope}} props */
export function MostAwarded({ scope }) {
  const { value, problem } = useLoaded(
    () => getMostAwarded(scope, SHOWN),
    `most awarded of ${scope.type} ${scope.id}`,
    true,
  );
  return html`${scope.type === "organization" && html`<${Ranking} title=${words.top.issuers} type="issuer" rows=${value?.issuers} problem=${problem} />`}
    <${Ranking} title=${words.top.badgeClasses} type="badge-class" rows=${value?.badgeClasses} problem=${problem} />`;
}

/**
 * @param {object} props
 * @param {string} props.title
 * @param {"issuer" | "badge-class"} props.type
 * @param {{id: string, name: string, awards: number}[]} [props.rows] none while they are loading
 * @param {Error | null} props.problem if the rows couldn't be loaded, the ranking isn't shown
 */
function Ranking({ title, type, rows, problem }) {
  if (rows?.length === 0 || problem) return null;
  const most = rows?.[0]?.awards ?? 1;
  return html`<section class="card ranking">
    <h2>${title}</h2>
    ${!rows && html`<${Skeleton} lines=${SHOWN} />`}
    <ol>
      ${rows?.map(
        ({ id, name, awards }) => html`<li key=${id}>
          <a href=${placeUrl({ type, id })}><bdi>${name}</bdi></a>
          <span class="amount" aria-label=${words.awardCount(awards, formatNumber(awards))}>${formatNumber(awards)}</span>
          <meter min="0" max=${most} value=${awards} aria-hidden="true"></meter>
        </li>`,
      )}
    </ol>
  </section>`;
}
