/** Request an export from a form, and show its progress there. */

/**
 * @import { ExportDocument, ExportScope } from "../../api/api-types.d.ts"
 * @import { ExportKind, ExportRequest } from "../kinds.js"
 */

import { requestExport } from "../../api/exports.js";
import { Problem } from "../../api/problems.js";
import { useAttempt } from "../../shared/attempts.js";
import { html, useEffect, useRef, useState } from "../../shared/html.js";
import { strings } from "../../strings.js";
import { ExportProgress } from "../list/export-progress.js";
import { awaitFile, onExportChange } from "../watching.js";

/**
 * Return the state and functions that a form needs to request exports of a scope.
 *
 * @param {ExportScope} scope
 * @returns {{
 *   ask: (body: ExportRequest) => void,
 *   asking: string | null,
 *   problem: Error | null,
 *   forgetProblem: () => void,
 *   started: ExportDocument | null,
 * }}
 *   `asking` is the kind that is being requested, `started` the latest export that was requested
 */
export function useExportRequest(scope) {
  const { busy, problem, run, forget } = useAttempt();
  const [started, setStarted] = useState(/** @type {ExportDocument | null} */ (null));
  const attempt = useRef(/** @type {{wanted: string, key: string} | null} */ (null));

  useEffect(() => onExportChange((now) => setStarted((before) => (before?.id === now.id ? now : before))), []);

  /** @param {ExportRequest} body */
  const ask = (body) =>
    run(body.kind, async () => {
      // Repeating the same request after its response was lost must not create a second export.
      const wanted = JSON.stringify([scope, body]);
      if (attempt.current?.wanted !== wanted) attempt.current = { wanted, key: crypto.randomUUID() };
      try {
        const exported = await requestExport(scope, body, attempt.current.key);
        attempt.current = null;
        setStarted(exported);
        awaitFile(exported);
      } catch (error) {
        if (error instanceof Problem && error.status) attempt.current = null;
        throw error;
      }
    });

  return { ask, asking: busy, problem, forgetProblem: forget, started };
}

/**
 * The progress of the export that a form requested, starting with the request.
 *
 * @param {{request: Pick<ReturnType<typeof useExportRequest>, "asking" | "started">}} props
 */
export function Started({ request: { asking, started } }) {
  if (asking)
    return html`<div class="started progress"><progress aria-label=${strings.exports.asking}></progress><p>${strings.exports.asking}</p></div>`;
  return started && html`<div class="started"><${ExportProgress} exported=${started} /></div>`;
}
