/** Messages about failed actions. */

import { Problem } from "../api/problems.js";
import { strings } from "../strings.js";
import { Button } from "./button.js";
import { focusInvalidField } from "./focus.js";
import { html, useEffect, useRef } from "./html.js";

/**
 * A problem with a form. Messages about the fields in `shown`, and about their items, appear next to these fields, and
 * the first such field gets the focus. All other messages are shown here.
 *
 * @param {{problem: Error | null, shown?: string[]}} props
 */
export function FormProblem({ problem, shown = [] }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const elsewhere = problem instanceof Problem ? Object.keys(problem.fields) : [];
  const isHere =
    problem && !(elsewhere.length > 0 && elsewhere.every((field) => shown.includes(field.split(".")[0] ?? "")));
  useEffect(() => {
    if (!problem) return;
    const form = box.current?.closest("form, dialog, section");
    if (isHere) box.current?.focus();
    else focusInvalidField(form);
  }, [problem]);
  return html`<div ref=${box} class="form-problem" role="alert" tabindex="-1">
    ${isHere && html`<p class="notice bad">${problem.message}</p>`}
  </div>`;
}

/**
 * The problem with an action. The live region exists before the problem, so that screen readers announce it.
 *
 * @param {{problem: Error | null}} props
 */
export function ProblemNotice({ problem }) {
  return html`<div role="alert">${problem && html`<p class="notice bad">${problem.message}</p>`}</div>`;
}

/**
 * The API's message, which is collapsed because it helps only support and programmers.
 *
 * @param {{text: string}} props
 */
export function TechnicalDetails({ text }) {
  return html`<details class="technical">
    <summary>${strings.technicalDetails}</summary>
    <p dir="auto">${text}</p>
  </details>`;
}

/**
 * A message that something could not be loaded, with a button to retry. If the API was unreachable, loading is also
 * retried as soon as the browser is online again.
 *
 * @param {{problem: Error, onRetry?: () => void}} props
 */
export function LoadProblem({ problem, onRetry }) {
  const isUnreachable = problem instanceof Problem && problem.status === 0;
  useEffect(() => {
    if (!isUnreachable || !onRetry) return;
    addEventListener("online", onRetry);
    return () => removeEventListener("online", onRetry);
  }, [isUnreachable, onRetry]);
  return html`<div class="notice bad" role="alert">
    <p>${problem.message}</p>
    ${onRetry && html`<${Button} onClick=${onRetry}>${strings.tryAgain}<//>`}
  </div>`;
}
