/** Request exports from a form, or repeat an export from the list. */

/**
 * @import { ExportDocument } from "../api/api-types.d.ts"
 * @import { Scope } from "../api/scopes.js"
 * @import { ExportRequest } from "./kinds.js"
 */

import { requestExport } from "../api/exports.js";
import { Problem } from "../api/problems.js";
import { useAttempt } from "../shared/attempts.js";
import { useEffect, useRef, useState } from "../shared/html.js";
import { awaitFile, onExportChange } from "./watching.js";

/**
 * Return the state and the functions that a view needs to request exports of a scope.
 *
 * @param {Scope} scope
 * @returns {{
 *   ask: (body: ExportRequest) => Promise<Error | null>,
 *   asking: string | null,
 *   problem: Error | null,
 *   forgetProblem: () => void,
 *   started: ExportDocument | null,
 * }}
 *   `asking` is the kind that is being requested, and `started` is the latest requested export
 */
export function useExportRequest(scope) {
  const { busy, problem, run, forget } = useAttempt();
  const [started, setStarted] = useState(/** @type {ExportDocument | null} */ (null));
  const attempt = useRef(/** @type {{wanted: string, key: string} | null} */ (null));

  useEffect(() => onExportChange((now) => setStarted((before) => (before?.id === now.id ? now : before))), []);

  /** @param {ExportRequest} body */
  const ask = (body) =>
    run(body.kind, async () => {
      setStarted(null);
      // Retrying a request whose response was lost must not create a second export.
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
