/** Calls of the HTTPS API. Every error is a `Problem`. */

/**
 * @import {
 *   AwardCountsDocument, BadgeClassDocument, BadgeClassList, ColumnDocument, ExportDocument, ExportList, ExportScope,
 *   FailedImageList, IssuerDocument, IssuerList, Me, PreviewDocument, ProblemDocument, ReplacementDocument,
 *   ReplacementList, ReplacementSource, ScheduleDocument, ScheduleList, ScheduleRequest,
 * } from "./api-types.d.ts"
 * @import { ExportRequest, TableKind } from "./export-kinds.js"
 */

import { API_ROOT } from "./configuration.js";
import { Problem } from "./problems.js";
import { idToken, tokenWasRefused } from "./session.js";
import { strings } from "./strings.js";

/**
 * A place that has exports and schedules.
 * @typedef {Pick<ExportScope, "type" | "id">} Scope
 */

/**
 * The page of a list to request.
 * @typedef {{cursor?: string, limit?: number}} Part
 */

/**
 * Days in a time zone; both are included.
 * @typedef {{awardedAfter?: string, awardedBefore?: string, timeZone: string}} AwardDates
 */

/**
 * Return the person who is signed in, with all memberships. The API returns thousands of them on several pages.
 * @returns {Promise<Me>}
 */
export async function getMe() {
  /** @type {Me} */
  let page = await call("GET", "me");
  const me = page;
  while (page.nextCursor) {
    page = await call("GET", `me${query({ cursor: page.nextCursor })}`);
    me.memberships.push(...page.memberships);
  }
  return me;
}

/** @type {(organizationId: string, cursor?: string) => Promise<IssuerList>} */
export const getIssuers = (organizationId, cursor) =>
  call("GET", `organizations/${encodeURIComponent(organizationId)}/issuers${query({ cursor })}`);
/** @type {(id: string) => Promise<IssuerDocument>} */
export const getIssuer = (id) => call("GET", `issuers/${encodeURIComponent(id)}`);
/** @type {(issuerId: string, cursor?: string) => Promise<BadgeClassList>} */
export const getBadgeClasses = (issuerId, cursor) =>
  call("GET", `issuers/${encodeURIComponent(issuerId)}/badge-classes${query({ cursor })}`);
/** @type {(id: string) => Promise<BadgeClassDocument>} */
export const getBadgeClass = (id) => call("GET", `badge-classes/${encodeURIComponent(id)}`);

/**
 * Request an export of a scope. A repeat with the same key returns the first export.
 * @type {(scope: Scope, body: ExportRequest, idempotencyKey: string) => Promise<ExportDocument>}
 */
export const requestExport = (scope, body, idempotencyKey) =>
  call("POST", `${pathOf(scope)}/exports`, { body, headers: { "Idempotency-Key": idempotencyKey } });
/** @type {(scope: Scope, body: ExportRequest) => Promise<PreviewDocument>} */
export const previewExport = (scope, body) => call("POST", `${pathOf(scope)}/exports/preview`, { body });
/** @type {() => Promise<Record<TableKind, ColumnDocument[]>>} */
export const getExportColumns = () => call("GET", "export-columns");
/**
 * Count the awards of a scope between two dates, whatever their status.
 * @type {(scope: Scope, dates: AwardDates, signal: AbortSignal) => Promise<AwardCountsDocument>}
 */
export const countAwards = (scope, dates, signal) =>
  call("GET", `${pathOf(scope)}/award-counts${query({ ...dates })}`, { signal });
/** @type {(scope: Scope, part?: Part) => Promise<ExportList>} */
export const getExports = (scope, { cursor, limit } = {}) =>
  call("GET", `exports${query({ ...scopeField(scope), cursor, limit })}`);
/** @type {(id: string) => Promise<ExportDocument>} */
export const getExport = (id) => call("GET", `exports/${encodeURIComponent(id)}`);
/**
 * Cancel an export in progress, or delete the file of a finished one.
 * @type {(id: string) => Promise<ExportDocument>}
 */
export const removeExport = (id) => call("DELETE", `exports/${encodeURIComponent(id)}`);

/** @type {(badgeClassId: string, source: ReplacementSource) => Promise<ReplacementDocument>} */
export const previewReplacement = (badgeClassId, source) =>
  call("POST", `badge-classes/${encodeURIComponent(badgeClassId)}/replacements`, { body: source });
/** @type {(badgeClassId: string, part?: Part) => Promise<ReplacementList>} */
export const getReplacements = (badgeClassId, { cursor, limit } = {}) =>
  call("GET", `badge-classes/${encodeURIComponent(badgeClassId)}/replacements${query({ cursor, limit })}`);
/** @type {(id: string) => Promise<ReplacementDocument>} */
export const getReplacement = (id) => call("GET", `replacements/${encodeURIComponent(id)}`);
/** @type {(id: string) => Promise<ReplacementDocument>} */
export const confirmReplacement = (id) => call("POST", `replacements/${encodeURIComponent(id)}/confirm`);
/** @type {(id: string) => Promise<ReplacementDocument>} */
export const cancelReplacement = (id) => call("DELETE", `replacements/${encodeURIComponent(id)}`);
/** @type {(id: string, cursor?: string) => Promise<FailedImageList>} */
export const getFailedImages = (id, cursor) =>
  call("GET", `replacements/${encodeURIComponent(id)}/failed-images${query({ cursor, limit: 20 })}`);

/** @type {(schedule: ScheduleRequest) => Promise<ScheduleDocument>} */
export const createSchedule = (schedule) => call("POST", "schedules", { body: schedule });
/** @type {(scope: Scope) => Promise<ScheduleList>} */
export const getSchedules = (scope) => call("GET", `schedules${query({ ...scopeField(scope), limit: 100 })}`);
/** @type {(id: string, enabled: boolean) => Promise<ScheduleDocument>} */
export const enableSchedule = (id, enabled) =>
  call("PATCH", `schedules/${encodeURIComponent(id)}`, { body: { enabled } });
/** @type {(id: string) => Promise<null>} */
export const deleteSchedule = (id) => call("DELETE", `schedules/${encodeURIComponent(id)}`);

/**
 * Return a scope as the field that names it in queries and schedules, such as `{issuerId: "…"}`.
 *
 * @param {Scope} scope
 * @returns {{organizationId?: string, issuerId?: string, badgeClassId?: string}}
 */
export function scopeField({ type, id }) {
  return { [{ organization: "organizationId", issuer: "issuerId", "badge-class": "badgeClassId" }[type]]: id };
}

/** @param {Scope} scope */
function pathOf({ type, id }) {
  const collection = { organization: "organizations", issuer: "issuers", "badge-class": "badge-classes" }[type];
  return `${collection}/${encodeURIComponent(id)}`;
}

/** @param {Record<string, string | number | undefined>} parameters */
function query(parameters) {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, `${value}`]],
  );
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** @typedef {{body?: object, headers?: Record<string, string>, signal?: AbortSignal}} Content */

/**
 * Send a request, and repeat it with a fresh token if the first one is refused.
 *
 * @template T the response, as the API describes it
 * @param {string} method
 * @param {string} path
 * @param {Content} content
 * @returns {Promise<T>}
 */
async function call(method, path, content = {}) {
  const token = await orProblem(idToken());
  const response = await send(method, path, token, content);
  if (response.status !== 401) return read(response);
  await orProblem(tokenWasRefused(token));
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
  });
}
