/** The preview of a replacement, to confirm or cancel. */

/** @import { ReplacementDocument } from "../api/api-types.d.ts" */

import { Button } from "../shared/button.js";
import { html, useEffect, useRef } from "../shared/html.js";
import { FormProblem } from "../shared/problem-notices.js";
import { strings } from "../strings.js";
import { Comparison } from "./comparison.js";
import { Facts } from "./facts.js";

const words = strings.replace;

/**
 * @param {object} props
 * @param {ReplacementDocument} props.preview
 * @param {string | null} props.busy
 * @param {Error | null} props.problem
 * @param {() => void} props.onConfirm
 * @param {() => void} props.onCancel
 */
export function Preview({ preview, busy, problem, onConfirm, onCancel }) {
  const changesNothing = preview.changes.length === 0;
  const title = changesNothing ? words.nothingToReplace : words.review;
  return html`<section class="preview" aria-label=${title}>
    <${Heading} title=${title} />
    ${changesNothing && html`<p>${words.nothingChanges}</p>`}
    <${Facts} preview=${preview} changesNothing=${changesNothing} />
    ${
      preview.warnings.length > 0 &&
      html`<div class="notice warn">${!changesNothing && html`<strong>${words.warnings}</strong>`}
        <ul>${preview.warnings.map((warning) => html`<li key=${warning} dir="auto">${warning}</li>`)}</ul></div>`
    }
    ${!changesNothing && html`<${Comparison} replacement=${preview} />`}
    <${FormProblem} problem=${problem} />
    <footer>
      ${!changesNothing && html`<p><strong>${words.noWayBack}</strong> ${words.noWayBackText}</p>`}
      <div class="actions">
        <${Button} busy=${busy === "cancel"} onClick=${onCancel}>${changesNothing ? words.close : strings.cancel}<//>
        ${!changesNothing && html`<${Button} look="danger" busy=${busy === "confirm"} onClick=${onConfirm}>${words.confirm}<//>`}
      </div>
    </footer>
  </section>`;
}

/**
 * The notice in place of a preview that no longer applies, for example because someone else has changed the badge.
 *
 * @param {object} props
 * @param {string} props.reason the API's reason
 * @param {string | null} props.busy
 * @param {Error | null} props.problem
 * @param {(() => void) | null} props.onAgain null if the source is unknown
 * @param {() => void} props.onStartOver
 */
export function OutdatedPreview({ reason, busy, problem, onAgain, onStartOver }) {
  return html`<section class="preview" aria-label=${words.review}>
    <${Heading} title=${words.review} />
    <p class="notice warn" role="alert">${words.outdated[reason] ?? words.outdated.changed}</p>
    <${FormProblem} problem=${problem} />
    <div class="actions">
      <${Button} onClick=${onStartOver}>${words.startOver}<//>
      ${onAgain && html`<${Button} look="primary" busy=${busy === "preview"} onClick=${onAgain}>${words.previewAgain}<//>`}
    </div>
  </section>`;
}

/** @param {{title: string}} props */
function Heading({ title }) {
  const heading = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => heading.current?.focus(), []);
  return html`<h3 ref=${heading} tabindex="-1">${title}</h3>`;
}
