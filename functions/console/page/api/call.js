/** Send requests to the HTTPS API. Every error is a `Problem`. */

/** @import { ProblemDocument } from "./api-types.d.ts" */

import { API_ROOT } from "../configuration.js";
import { idToken, tokenWasRejected } from "../session/session.js";
import { strings } from "../strings.js";
import { Problem } from "./problems.js";

/**
 * The requested page of a list.
 * @typedef {{cursor?: string, limit?: number}} Part
 */

/** @param {Record<string, string | number | undefined>} parameters */
export function query(parameters) {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, `${value}`]],
  );
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** @typedef {{body?: object, headers?: Record<string, string>, signal?: AbortSignal}} Content */

/**
 * Send a request, and retry it with a new token if the first token is rejected.
 *
 * @template T the response, as the API describes it
 * @param {string} method
 * @param {string} path
 * @param {Content} content
 * @returns {Promise<T>}
 */
export async function call(method, path, content = {}) {
  const token = await orProblem(idToken());
  const response = await send(method, path, token, content);
  if (response.status !== 401) return read(response);
  await orProblem(tokenWasRejected(token));
  return read(await send(method, path, await orProblem(idToken()), content));
}

/**
 * @template T
 * @param {Promise<T>} ofSession
 */
function orProblem(ofSession) {
  return ofSession.catch(() => {
    throw new Problem();
  });
}

/**
 * @param {string} method
 * @param {string} path
 * @param {string} token
 * @param {Content} content
 */
async function send(method, path, token, { body, headers = {}, signal }) {
  try {
    return await fetch(API_ROOT + path, {
      method,
      signal,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem();
  }
}

/** @param {Response} response */
async function read(response) {
  if (response.status === 204) return null;
  const document = await response.json().catch(() => null);
  if (response.ok && document !== null) return document;
  /** @type {Partial<ProblemDocument> | null} */
  const problem = document;
  throw new Problem({
    status: response.status,
    code: problem?.code ?? "unexpected",
    detail: problem?.detail ?? strings.problems.unexpected(response.status),
    errors: problem?.errors,
    reason: problem?.reason,
    source: problem?.source,
  });
}
