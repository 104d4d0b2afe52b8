/** The sentence that explains why a source was rejected and what to do next. */

/**
 * @import { ReplacementSource } from "../api/api-types.d.ts"
 * @import { Problem } from "../api/problems.js"
 * @import { Way } from "./sources.js"
 */

import { parsedAddress } from "../shared/addresses.js";
import { strings } from "../strings.js";

const words = strings.replace;

/**
 * The facts that a sentence about a rejected source can mention.
 *
 * @typedef {object} Fault
 * @property {Way} way how the source was given
 * @property {string} host the host of the faulty document, or "" if the source itself is faulty
 * @property {string} address the faulty document's address, or "" if the source itself is faulty
 * @property {boolean} isLinked whether the source only links to the faulty document
 * @property {number} [httpStatus]
 * @property {number} [line]
 */

/**
 * Return the sentence about a rejected source, and the API's own text if it contains more information.
 *
 * @param {Problem} problem
 * @param {Way} way
 * @param {ReplacementSource} source
 * @returns {{text: string, details?: string}}
 */
export function explained(problem, way, source) {
  const details = problem.fields[way] ?? problem.message;
  const document = parsedAddress(problem.source?.document ?? "");
  const isLinked = document !== null && withoutFragment(document) !== withoutFragment(parsedAddress(source.url ?? ""));
  /** @type {Fault} */
  const fault = { ...problem.source, way, host: document?.host ?? "", address: document?.href ?? "", isLinked };
  /** @type {Record<string, (fault: Fault) => string>} */
  const sentences = words.rejections;
  const sentence = sentences[`${problem.code} ${problem.reason}`] ?? sentences[problem.code];
  return sentence ? { text: sentence(fault), details } : { text: details };
}

/** @param {URL | null} url */
function withoutFragment(url) {
  return url?.href.split("#")[0];
}
