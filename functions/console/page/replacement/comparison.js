/** A badge before and after a replacement: the changes side by side, and the unchanged parts collapsed. */

/**
 * @import { BadgeContent, ReplacementDocument } from "../api/api-types.d.ts"
 * @import { ComponentChildren } from "preact"
 */

import { ExternalLink } from "../shared/external-link.js";
import { html } from "../shared/html.js";
import { Markdown } from "../shared/markdown.js";
import { Picture } from "../shared/picture.js";
import { listed } from "../shared/sentences.js";
import { strings } from "../strings.js";

const words = strings.replace;
/** @typedef {keyof BadgeContent} Part */

/** @type {Part[]} */
const PARTS = ["image", "name", "description", "criteria", "alignment", "tags"];

/** @param {{replacement: ReplacementDocument}} props */
export function Comparison({ replacement: { current, proposed, changes } }) {
  const changed = PARTS.filter((part) => changes.includes(part));
  const unchanged = PARTS.filter((part) => !changes.includes(part));
  return html`<div class="comparison">
    ${changed.map(
      (part) => html`<section key=${part} class="part changed">
        <header><h4>${words.parts[part]}</h4> <span class="mark">${words.changes}</span></header>
        <div class="sides">
          <${Side} label=${words.current} part=${part} content=${current} other=${proposed} />
          <${Side} label=${words.proposed} part=${part} content=${proposed} other=${current} />
        </div>
      </section>`,
    )}
    ${
      unchanged.length > 0 &&
      html`<details class="unchanged">
        <summary>${words.stays(listed(unchanged.map((part) => words.parts[part].toLowerCase())))}</summary>
        ${unchanged.map(
          (part) => html`<section key=${part} class="part">
            <h4>${words.parts[part]}</h4>
            <${Side} part=${part} content=${current} other=${proposed} />
          </section>`,
        )}
      </details>`
    }
  </div>`;
}

/**
 * @typedef {object} SideProps
 * @property {string} [label]
 * @property {Part} part
 * @property {BadgeContent} content
 * @property {BadgeContent} other the content of the other side
 */

/** @param {SideProps} props */
function Side({ label, part, content, other }) {
  return html`<div class="side">
    ${label && html`<p class="side-label">${label}</p>`}
    ${isEmpty(content[part]) ? html`<p class="empty">${words.nothing}</p>` : html`<${Value} part=${part} content=${content} other=${other} label=${label} />`}
  </div>`;
}

/** @param {SideProps} props */
function Value({ part, content, other, label = words.current }) {
  switch (part) {
    case "image":
      return html`<${Picture} src=${content.image} alt=${words.pictureOf(label)} size="full" />`;
    case "criteria": {
      const { narrative, id } = content.criteria ?? {};
      return html`${narrative && html`<${Markdown} text=${narrative} />`}${id && html`<p class="address"><${ExternalLink} href=${id} /></p>`}`;
    }
    case "alignment":
      return html`<ul class="alignment">${content.alignment.map(
        (target, n) => html`<li key=${n}>
          <${Marked} isNew=${!includes(other.alignment, target)}>${target.targetName}<//>
          ${target.targetUrl && html`<span class="address"><${ExternalLink} href=${target.targetUrl} /></span>`}
        </li>`,
      )}</ul>`;
    case "tags":
      return html`<ul class="tags">${content.tags.map((tag) => html`<li key=${tag}><${Marked} isNew=${!includes(other.tags, tag)}>${tag}<//></li>`)}</ul>`;
    default:
      return html`<p class="long" dir="auto">${content[part]}</p>`;
  }
}

/**
 * A list item, which is marked if only this side of the comparison contains it.
 *
 * @param {{isNew: boolean, children: ComponentChildren}} props
 */
function Marked({ isNew, children }) {
  return isNew ? html`<mark dir="auto">${children}</mark>` : html`<bdi>${children}</bdi>`;
}

/** @param {BadgeContent[Part]} value */
function isEmpty(value) {
  return value === undefined || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}

/** @type {<T>(list: T[], item: T) => boolean} */
function includes(list, item) {
  return list.some((other) => JSON.stringify(other) === JSON.stringify(item));
}
