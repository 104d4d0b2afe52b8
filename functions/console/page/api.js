/** Calls of the HTTPS API, by what they mean; an error is always a `Problem`. */

import { API_ROOT } from "./configuration.js";
import { idToken, tokenWasRefused } from "./session.js";
import { strings } from "./strings.js";

/** What the API refused and why, as its problem document says; `fields` has the messages of wrong fields by name. */
export class Problem extends Error {
  constructor({ status = 0, code = "unreachable", detail = strings.problems.unreachable, errors = [] } = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.fields = Object.fromEntries(errors.map(({ field, message }) => [field, message]));
  }
}

export const getMe = () => call("GET", "me");

export const getOrganization = (id) => call("GET", `organizations/${encodeURIComponent(id)}`);
export const getIssuers = (organizationId, cursor) =>
  call("GET", `organizations/${encodeURIComponent(organizationId)}/issuers${query({ cursor })}`);
export const getIssuer = (id) => call("GET", `issuers/${encodeURIComponent(id)}`);
export const getBadgeClasses = (issuerId, cursor) =>
  call("GET", `issuers/${encodeURIComponent(issuerId)}/badge-classes${query({ cursor })}`);
export const getBadgeClass = (id) => call("GET", `badge-classes/${encodeURIComponent(id)}`);

/** Ask for an export of a scope; a repeat with the same key gives the first one again. */
export const requestExport = (scope, body, idempotencyKey) =>
  call("POST", `${pathOf(scope)}/exports`, { body, headers: { "Idempotency-Key": idempotencyKey } });
export const getExports = (scope, { cursor, limit } = {}) =>
  call("GET", `exports${query({ ...scopeField(scope), cursor, limit })}`);
export const getExport = (id) => call("GET", `exports/${encodeURIComponent(id)}`);
/** Cancel an export that goes on, or delete the file of one that is done. */
export const removeExport = (id) => call("DELETE", `exports/${encodeURIComponent(id)}`);

export const previewReplacement = (badgeClassId, source) =>
  call("POST", `badge-classes/${encodeURIComponent(badgeClassId)}/replacements`, { body: source });
export const getReplacements = (badgeClassId, { cursor, limit } = {}) =>
  call("GET", `badge-classes/${encodeURIComponent(badgeClassId)}/replacements${query({ cursor, limit })}`);
export const getReplacement = (id) => call("GET", `replacements/${encodeURIComponent(id)}`);
export const confirmReplacement = (id) => call("POST", `replacements/${encodeURIComponent(id)}/confirm`);
export const cancelReplacement = (id) => call("DELETE", `replacements/${encodeURIComponent(id)}`);
export const getFailedImages = (id, cursor) =>
  call("GET", `replacements/${encodeURIComponent(id)}/failed-images${query({ cursor, limit: 20 })}`);

export const createSchedule = (schedule) => call("POST", "schedules", { body: schedule });
export const getSchedules = (scope) => call("GET", `schedules${query({ ...scopeField(scope), limit: 100 })}`);
export const enableSchedule = (id, enabled) =>
  call("PATCH", `schedules/${encodeURIComponent(id)}`, { body: { enabled } });
export const deleteSchedule = (id) => call("DELETE", `schedules/${encodeURIComponent(id)}`);

/** Give a scope as the field that names it in queries and schedules, such as `{issuerId: "…"}`. */
export function scopeField({ type, id }) {
  return { [{ organization: "organizationId", issuer: "issuerId", "badge-class": "badgeClassId" }[type]]: id };
}

function pathOf({ type, id }) {
  const collection = { organization: "organizations", issuer: "issuers", "badge-class": "badge-classes" }[type];
  return `${collection}/${encodeURIComponent(id)}`;
}

function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

async function call(method, path, options = {}) {
  const token = await orProblem(idToken());
  const answer = await send(method, path, token, options);
  if (answer.status !== 401) return read(answer);
  await orProblem(tokenWasRefused(token));
  return read(await send(method, path, await orProblem(idToken()), options));
}

function orProblem(ofSession) {
  return ofSession.catch(() => {
    throw new Problem();
  });
}

async function send(method, path, token, { body, headers = {} }) {
  try {
    return await fetch(API_ROOT + path, {
      method,
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

async function read(answer) {
  if (answer.status === 204) return null;
  const document = await answer.json().catch(() => null);
  if (answer.ok && document !== null) return document;
  throw new Problem({
    status: answer.status,
    code: document?.code ?? "unexpected",
    detail: document?.detail ?? strings.problems.unexpected(answer.status),
    errors: document?.errors,
  });
}
