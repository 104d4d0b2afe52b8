/** The preview of a replacement, to confirm or cancel. */

/** @import { ReplacementDocument } from "../api/api-types.d.ts" */

import { Problem } from "../api/problems.js";
import { Button } from "../shared/button.js";
import { html, useEffect, useRef } from "../shared/html.js";
import { FormProblem } from "../shared/problem-notices.js";
import { strings } from "../strings.js";
import { Comparison } from "./comparison.js";

const words = strings.replace;

/**
 * @param {object} props
 * @param {ReplacementDocument} props.preview
 * @param {string | null} props.busy
 * @param {Error | null} props.problem
 * @param {() => void} props.onConfirm
 * @param {() => void} props.onCancel
 * @param {() => void} props.onStartOver
 */
export function Preview({ preview, busy, problem, onConfirm, onCancel, onStartOver }) {
  const heading = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => heading.current?.focus(), []);
  const isOver = problem instanceof Problem && problem.status === 409;
  return html`<section class="preview" aria-label=${words.preview}>
    <h3 ref=${heading} tabindex="-1">${words.preview}</h3>
    <p class="hint">${words.readFrom(preview.source)}</p>
    ${
      preview.warnings.length > 0 &&
      html`<div class="notice warn"><strong>${words.warnings}</strong>
        <ul>${preview.warnings.map((warning) => html`<li key=${warning}>${warning}</li>`)}</ul></div>`
    }
    <${Comparison} replacement=${preview} />
    ${preview.changes.length === 0 && html`<p class="notice">${words.nothingChanges}</p>`}
    <p class="notice warn final"><strong>${words.noWayBack}</strong> ${words.noWayBackText}</p>
    <${FormProblem} problem=${problem} />
    <div class="actions">
      ${
        isOver
          ? html`<${Button} onClick=${onStartOver}>${words.startOver}<//>`
          : html`<${Button} busy=${busy === "cancel"} onClick=${onCancel}>${strings.cancel}<//>
              <${Button} look="danger" busy=${busy === "confirm"} onClick=${onConfirm}>${words.confirm}<//>`
      }
    </div>
  </section>`;
}
