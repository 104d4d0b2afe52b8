/** A badge before and after a replacement, side by side, with changes marked. */

/**
 * @import { BadgeContent, ReplacementDocument } from "../api/api-types.d.ts"
 * @import { ComponentChildren } from "preact"
 */

import { html } from "../shared/html.js";
import { strings } from "../strings.js";

const words = strings.replace;
/** @typedef {keyof BadgeContent} Part */

/** @type {Part[]} */
const PARTS = ["image", "name", "description", "criteria", "alignment", "tags"];

/**
 * Both sides of a replacement, as in the API.
 *
 * @param {{replacement: ReplacementDocument}} props
 */
export function Comparison({ replacement: { current, proposed, changes } }) {
  return html`<div class="comparison">
    ${PARTS.map((part) => {
      const isChanged = changes.includes(part);
      return html`<section key=${part} class=${isChanged ? "part changed" : "part"}>
        <h3>${words.parts[part]} <span class="mark">${isChanged ? words.changes : words.stays}</span></h3>
        <div class="sides">
          <${Side} label=${words.current} part=${part} content=${current} other=${proposed} />
          <${Side} label=${words.proposed} part=${part} content=${proposed} other=${current} />
        </div>
      </section>`;
    })}
  </div>`;
}

/**
 * @typedef {object} SideProps
 * @property {string} label
 * @property {Part} part
 * @property {BadgeContent} content
 * @property {BadgeContent} other the content of the other side
 */

/** @param {SideProps} props */
function Side({ label, part, content, other }) {
  return html`<div class="side">
    <h4>${label}</h4>
    ${isEmpty(content[part]) ? html`<p class="empty">${words.nothing}</p>` : html`<${Value} part=${part} content=${content} other=${other} label=${label} />`}
  </div>`;
}

/** @param {SideProps} props */
function Value({ part, content, other, label }) {
  switch (part) {
    case "image":
      return html`<img class="badge-picture large" src=${content.image} alt=${words.pictureOf(label)} width="160" height="160" />`;
    case "criteria": {
      const { narrative, id } = content.criteria ?? {};
      return html`${narrative && html`<p class="long">${narrative}</p>`}${id && html`<p class="address">${id}</p>`}`;
    }
    case "alignment":
      return html`<ul class="alignment">${content.alignment.map(
        (target, n) => html`<li key=${n}>
          <${Marked} isNew=${!includes(other.alignment, target)}>${target.targetName}<//>
          <span class="address">${target.targetUrl}</span>
        </li>`,
      )}</ul>`;
    case "tags":
      return html`<ul class="tags">${content.tags.map((tag) => html`<li key=${tag}><${Marked} isNew=${!includes(other.tags, tag)}>${tag}<//></li>`)}</ul>`;
    default:
      return html`<p class="long">${content[part]}</p>`;
  }
}

/**
 * One item of a list, marked if only this side has it.
 *
 * @param {{isNew: boolean, children: ComponentChildren}} props
 */
function Marked({ isNew, children }) {
  return isNew ? html`<mark>${children}</mark>` : html`<span>${children}</span>`;
}

/** @param {BadgeContent[Part]} value */
function isEmpty(value) {
  return value === undefined || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}

/** @type {<T>(list: T[], item: T) => boolean} */
function includes(list, item) {
  return list.some((other) => JSON.stringify(other) === JSON.stringify(item));
}
