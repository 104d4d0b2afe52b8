/** Errors, in the form in which the page shows them. */

/** @import { FieldProblem } from "./api-types.d.ts" */

import { strings } from "./strings.js";

/** An error of the API, from its problem document; `fields` has the messages of invalid fields by name. */
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
