/** What can go wrong, in the form that the page shows it. */

/** @import { FieldProblem } from "./api-types.d.ts" */

import { strings } from "./strings.js";

/** What the API refused and why, as its problem document says; `fields` has the messages of wrong fields by name. */
export class Problem extends Error {
  /** @param {{status?: number, code?: string, detail?: string, errors?: FieldProblem[]}} document */
  constructor({ status = 0, code = "unreachable", detail = strings.problems.unreachable, errors = [] } = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    /** @type {Record<string, string>} */
    this.fields = Object.fromEntries(errors.map(({ field, message }) => [field, message]));
  }
}

/**
 * Return what a `catch` caught as an error, because JavaScript can throw any value.
 *
 * @param {unknown} caught
 */
export function asError(caught) {
  return caught instanceof Error ? caught : new Error(String(caught));
}
