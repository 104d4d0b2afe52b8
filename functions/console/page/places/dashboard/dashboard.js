/** The first view of an organization or an issuer: the number of awards, and the latest activity. */

/**
 * @import { ExportScope, OrganizationDocument } from "../../api/api-types.d.ts"
 * @import { ListedType, LoadListed } from "../place-list.js"
 */

import { html, useCallback, useState } from "../../shared/html.js";
import { strings } from "../../strings.js";
import { PlaceList } from "../place-list.js";
import { Activity, ActivitySkeleton } from "./activity.js";
import { AwardFigures } from "./award-figures.js";
import { MostAwarded } from "./most-awarded.js";

/**
 * The dashboard, and the list of issuers or badges in the place. Without the paid plan, only the list is shown.
 *
 * @param {object} props
 * @param {ExportScope & {type: "organization" | "issuer"}} props.scope
 * @param {OrganizationDocument["plan"]} props.plan
 * @param {ListedType} props.type of what is listed
 * @param {LoadListed} props.load
 */
export function Dashboard({ scope, plan, type, load }) {
  // The activity is loaded last, because a new AWS account runs only ten requests at the same time.
  const [isUseful, setUseful] = useState(false);
  const useful = useCallback(() => setUseful(true), []);
  const list = { type, of: scope.id, load, none: html`<${EmptyPlace} type=${scope.type} />` };
  if (plan !== "paid") return html`<section class="card"><${PlaceList} ...${list} /></section>`;
  const overview = html`<${AwardFigures} scope=${scope} onLoaded=${useful} />
    <div class="dashboard-row">
      <${MostAwarded} scope=${scope} />
      ${isUseful ? html`<${Activity} scope=${scope} />` : html`<${ActivitySkeleton} />`}
    </div>`;
  return html`<div class="dashboard"><${PlaceList} ...${list} overview=${overview} /></div>`;
}

/**
 * Instructions for a place without any data.
 *
 * @param {{type: "organization" | "issuer"}} props
 */
export function EmptyPlace({ type }) {
  const { title, text, steps } = strings.dashboard.empty[type];
  return html`<div class="empty-place">
    <h3>${title}</h3>
    <p>${text}</p>
    ${steps.length > 0 && html`<ol>${steps.map((step) => html`<li key=${step}>${step}</li>`)}</ol>`}
  </div>`;
}
