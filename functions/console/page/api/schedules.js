/** The API calls for schedules. */

/**
 * @import { ExportDocument, ScheduleChange, ScheduleDocument, ScheduleList, ScheduleRequest } from "./api-types.d.ts"
 * @import { Scope } from "./scopes.js"
 */

import { call, query } from "./call.js";
import { scopeField } from "./scopes.js";

/** @type {(schedule: ScheduleRequest) => Promise<ScheduleDocument>} */
export const createSchedule = (schedule) => call("POST", "schedules", { body: schedule });

/** @type {(scope: Scope) => Promise<ScheduleList>} */
export const getSchedules = (scope) => call("GET", `schedules${query({ ...scopeField(scope), limit: 100 })}`);

/** @type {(id: string, change: ScheduleChange) => Promise<ScheduleDocument>} */
export const changeSchedule = (id, change) => call("PATCH", `schedules/${encodeURIComponent(id)}`, { body: change });

/**
 * Run a schedule now. A repeated request with the same key returns the first run's export.
 * @type {(id: string, idempotencyKey: string) => Promise<ExportDocument>}
 */
export const runSchedule = (id, idempotencyKey) =>
  call("POST", `schedules/${encodeURIComponent(id)}/run`, { headers: { "Idempotency-Key": idempotencyKey } });

/** @type {(id: string) => Promise<null>} */
export const deleteSchedule = (id) => call("DELETE", `schedules/${encodeURIComponent(id)}`);
