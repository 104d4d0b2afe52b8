/** The first rows of an export, shown before it is requested. */

/**
 * @import { ExportScope, PreviewDocument } from "../../api/api-types.d.ts"
 * @import { ExportRequest } from "../kinds.js"
 */

import { previewExport } from "../../api/exports.js";
import { useAttempt } from "../../shared/attempts.js";
import { Button } from "../../shared/button.js";
import { formatNumber } from "../../shared/formats.js";
import { html, useId, useState } from "../../shared/html.js";
import { strings } from "../../strings.js";

const words = strings.firstRows;

/**
 * The state that a form needs to show the first rows of a scope's exports.
 *
 * @param {ExportScope} scope
 */
export function useFirstRows(scope) {
  const [shown, setShown] = useState(/** @type {{wanted: string, rows: PreviewDocument} | null} */ (null));
  const { busy, problem, run, forget, abandon } = useAttempt();

  /** @param {ExportRequest} body */
  function show(body) {
    abandon();
    run(
      "show",
      () => previewExport(scope, body),
      (rows) => setShown({ wanted: JSON.stringify(body), rows }),
    );
  }

  function close() {
    abandon();
    setShown(null);
  }

  return {
    show,
    close,
    busy: busy !== null,
    problem,
    forgetProblem: forget,
    /**
     * Return the rows, or null if the choices changed after the rows were loaded.
     * @type {(body: ExportRequest) => PreviewDocument | null}
     */
    rowsOf: (body) => (shown?.wanted === JSON.stringify(body) ? shown.rows : null),
  };
}

/**
 * @param {{isShown: boolean, busy: boolean, onShow: () => void, onHide: () => void}} props
 */
export function FirstRowsButton({ isShown, busy, onShow, onHide }) {
  return html`<${Button} busy=${busy} onClick=${isShown ? onHide : onShow} aria-expanded=${isShown ? "true" : "false"}>
    ${isShown ? words.hide : words.show}
  <//>`;
}

/**
 * A table in its own box, which people can scroll by mouse, touch, or keyboard.
 *
 * @param {{preview: PreviewDocument | null}} props
 */
export function FirstRows({ preview }) {
  const id = useId();
  if (!preview) return null;
  const { columns, rows, expectedRows } = preview;
  const expected = expectedRows === undefined ? undefined : formatNumber(expectedRows);
  return html`<div class="first-rows" role="region" aria-labelledby=${id} tabindex="0">
    <table>
      <caption id=${id}>${words.caption(rows.length, formatNumber(rows.length), expected)}</caption>
      <thead><tr>${columns.map((name) => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead>
      <tbody>
        ${rows.map((row, number) => html`<tr key=${number}>${row.map((cell, index) => html`<td key=${columns[index]}><bdi>${cell}</bdi></td>`)}</tr>`)}
      </tbody>
    </table>
  </div>`;
}
