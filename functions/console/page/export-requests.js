/** Asking for an export from a form, and showing there how it goes. */

import { requestExport } from "./api.js";
import { awaitFile, onExportChange } from "./export-watch.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { ExportProgress } from "./export-list.js";
import { strings } from "./strings.js";

/**
 * What a form needs to ask for exports of a scope.
 *
 * @returns {{ask: (body: object) => Promise<void>, asking: string | null, problem: Error | null, started: object | null}}
 *   `asking` is the kind that is being asked for, `started` the latest export that was
 */
export function useExportRequest(scope) {
  const [asking, setAsking] = useState(null);
  const [problem, setProblem] = useState(null);
  const [started, setStarted] = useState(null);
  const attempt = useRef({});

  useEffect(() => onExportChange((now) => setStarted((before) => (before?.id === now.id ? now : before))), []);

  async function ask(body) {
    // Asking the same again because the answer got lost must not make a second export.
    const wanted = JSON.stringify([scope, body]);
    if (attempt.current.wanted !== wanted) attempt.current = { wanted, key: crypto.randomUUID() };
    setAsking(body.kind);
    setProblem(null);
    try {
      const exported = await requestExport(scope, body, attempt.current.key);
      attempt.current = {};
      setStarted(exported);
      awaitFile(exported);
    } catch (error) {
      if (error.status) attempt.current = {};
      setProblem(error);
    }
    setAsking(null);
  }

  return { ask, asking, problem, started };
}

/** How the export that a form asks for is going, from the moment that it is asked for. */
export function Started({ request: { asking, started } }) {
  if (asking)
    return html`<div class="started progress"><progress aria-label=${strings.exports.asking}></progress><p>${strings.exports.asking}</p></div>`;
  return started && html`<div class="started"><${ExportProgress} exported=${started} /></div>`;
}
