/** A badge as it is and as it would be, side by side, with what changes marked. */

import { html } from "./html.js";
import { strings } from "./strings.js";

const words = strings.replace;
const PARTS = ["image", "name", "description", "criteria", "alignment", "tags"];

/** Both sides of a replacement, as the API gives it. */
export function Comparison({ replacement: { current, proposed, changes } }) {
  return html`<div class="comparison">
    ${PARTS.map((part) => {
      const isChanged = changes.includes(part);
      return html`<section key=${part} class=${isChanged ? "part changed" : "part"}>
        <h3>${words.parts[part]} <span class="mark">${isChanged ? words.changes : words.stays}</span></h3>
        <div class="sides">
          <${Side} label=${words.current} part=${part} value=${current[part]} other=${proposed[part]} />
          <${Side} label=${words.proposed} part=${part} value=${proposed[part]} other=${current[part]} />
        </div>
      </section>`;
    })}
  </div>`;
}

function Side({ label, part, value, other }) {
  return html`<div class="side">
    <h4>${label}</h4>
    ${isEmpty(value) ? html`<p class="empty">${words.nothing}</p>` : html`<${Value} part=${part} value=${value} other=${other} label=${label} />`}
  </div>`;
}

function Value({ part, value, other, label }) {
  switch (part) {
    case "image":
      return html`<img class="badge-picture large" src=${value} alt=${words.pictureOf(label)} width="160" height="160" />`;
    case "criteria":
      return html`${value.narrative && html`<p class="long">${value.narrative}</p>`}${value.id && html`<p class="address">${value.id}</p>`}`;
    case "alignment":
      return html`<ul class="alignment">${value.map(
        (target, n) => html`<li key=${n}>
          <${Marked} isNew=${!includes(other, target)}>${target.targetName}<//>
          <span class="address">${target.targetUrl}</span>
        </li>`,
      )}</ul>`;
    case "tags":
      return html`<ul class="tags">${value.map((tag) => html`<li key=${tag}><${Marked} isNew=${!includes(other, tag)}>${tag}<//></li>`)}</ul>`;
    default:
      return html`<p class="long">${value}</p>`;
  }
}

/** One of several things, marked where only this side has it. */
function Marked({ isNew, children }) {
  return isNew ? html`<mark>${children}</mark>` : html`<span>${children}</span>`;
}

function isEmpty(value) {
  return value === undefined || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}

function includes(list, item) {
  return (list ?? []).some((other) => JSON.stringify(other) === JSON.stringify(item));
}
