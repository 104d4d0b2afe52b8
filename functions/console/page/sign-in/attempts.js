/** What the sign-in has in common for its attempts. */

import { asError } from "../api/problems.js";
import { html, useState } from "../shared/html.js";

/** @param {{problem: Error | null}} props */
export function Failure({ problem }) {
  return html`<div role="alert">${problem && html`<p class="notice bad">${problem.message}</p>`}</div>`;
}

export function useAttempt() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {Error | null} */ (null));
  /** @param {() => unknown} attempt */
  async function run(attempt) {
    setBusy(true);
    setProblem(null);
    try {
      await attempt();
    } catch (error) {
      setProblem(asError(error));
    }
    setBusy(false);
  }
  return { busy, problem, run, forget: () => setProblem(null) };
}
