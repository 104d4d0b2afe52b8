/** The view for a place that can't be shown. */

import { Problem } from "../api/problems.js";
import { html } from "../shared/html.js";
import { LoadProblem } from "../shared/problem-notices.js";
import { strings } from "../strings.js";
import { Page } from "./page.js";

export function Nowhere() {
  return html`<${Page} title=${strings.nowhere.title}>
    <div class="card"><p>${strings.nowhere.text}</p><p><a class="button primary" href="#/">${strings.nowhere.home}</a></p></div>
  <//>`;
}

/**
 * The view for a resource that doesn't exist or that the person has no role for. The API's response is the same in both
 * cases.
 *
 * @param {{problem: Error, onRetry: () => Promise<void>}} props
 */
export function NotShown({ problem, onRetry }) {
  if (problem instanceof Problem && problem.status === 404) return html`<${Nowhere} />`;
  return html`<${Page} title=${strings.notLoaded}><${LoadProblem} problem=${problem} onRetry=${onRetry} /><//>`;
}
