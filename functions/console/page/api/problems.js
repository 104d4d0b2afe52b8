/** The errors that the page shows. */

/** @import { FieldProblem, SourceFault } from "./api-types.d.ts" */

import { strings } from "../strings.js";

/**
 * An API error, from its problem document. `fields` contains the messages about invalid fields, by field name.
 */
export class Problem extends Error {
  /**
   * @param {{
   *   status?: number, code?: string, detail?: string, errors?: FieldProblem[], reason?: string, source?: SourceFault,
   * }} document
   */
  constructor({ status = 0, code = "unreachable", detail = strings.problems.unreachable, errors = [], ...rest } = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.reason = rest.reason;
    this.source = rest.source;
    /** @type {Record<string, string>} */
    this.fields = Object.fromEntries(errors.map(({ field, message }) => [field, message]));
  }
}

/**
 * Return the messages about invalid fields, from the page's own checks and from the API.
 *
 * @param {Error | null | undefined} problem
 * @param {Record<string, string>} [found]
 */
export function wrongFields(problem, found = {}) {
  return { ...(problem instanceof Problem && problem.fields), ...found };
}

/**
 * Return the messages about a field, and about its items by index. `columns.2` is the third item of `columns`.
 *
 * @param {Record<string, string>} fields
 * @param {string} name
 */
export function messagesOf(fields, name) {
  const parts = Object.entries(fields).map(([field, message]) => ({ path: field.split("."), message }));
  const own = parts.filter(({ path }) => path[0] === name);
  /** @type {Map<number, string>} */
  const items = new Map(own.flatMap(({ path: [, index], message }) => (index ? [[Number(index), message]] : [])));
  return { field: own.find(({ path }) => path.length === 1)?.message, items };
}

/**
 * Return a caught value as an error, because JavaScript can throw any value.
 *
 * @param {unknown} caught
 */
export function asError(caught) {
  return caught instanceof Error ? caught : new Error(String(caught));
}
