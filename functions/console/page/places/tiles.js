/** Lists of issuers and badges, as tiles. */

/**
 * @import { BadgeClassDocument, ExportScope, IssuerDocument } from "../api/api-types.d.ts"
 * @import { Scope } from "../api/scopes.js"
 */

import { html } from "../shared/html.js";
import { Loading, MoreButton, usePages } from "../shared/loading.js";
import { Picture } from "./picture.js";
import { placeUrl } from "./routes.js";

/**
 * @param {object} props
 * @param {ReturnType<typeof usePages<BadgeClassDocument | IssuerDocument>>} props.pages
 * @param {string} props.none the text for an empty list
 * @param {ExportScope["type"]} props.type of the places that the tiles lead to
 */
export function Tiles({ pages, none, type }) {
  if (!pages.items) return html`<${Loading} loaded=${pages} lines=${4} />`;
  if (pages.items.length === 0) return html`<p class="empty">${none}</p>`;
  return html`<ul class="tiles">
      ${pages.items.map((item) => html`<${Tile} key=${item.id} place=${{ type, id: item.id }} name=${item.name} note=${item.description} picture=${item.image} hasPicture />`)}
    </ul>
    <${MoreButton} more=${pages.more} />`;
}

/**
 * @param {object} props
 * @param {Scope} props.place
 * @param {string} props.name
 * @param {string} [props.note]
 * @param {string} [props.picture]
 * @param {boolean} [props.hasPicture]
 */
export function Tile({ place, name, note, picture, hasPicture }) {
  return html`<li class="tile">
    ${hasPicture && html`<${Picture} src=${picture} />`}
    <div><a href=${placeUrl(place)} dir="auto">${name}</a>${note && html`<p dir="auto">${note}</p>`}</div>
  </li>`;
}
