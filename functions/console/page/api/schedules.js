/** The API's calls for schedules. */

/**
 * @import { ScheduleDocument, ScheduleList, ScheduleRequest } from "./api-types.d.ts"
 * @import { Scope } from "./scopes.js"
 */

import { call, query } from "./call.js";
import { scopeField } from "./scopes.js";

/** @type {(schedule: ScheduleRequest) => Promise<ScheduleDocument>} */
export const createSchedule = (schedule) => call("POST", "schedules", { body: schedule });

/** @type {(scope: Scope) => Promise<ScheduleList>} */
export const getSchedules = (scope) => call("GET", `schedules${query({ ...scopeField(scope), limit: 100 })}`);

/** @type {(id: string, enabled: boolean) => Promise<ScheduleDocument>} */
export const enableSchedule = (id, enabled) =>
  call("PATCH", `schedules/${encodeURIComponent(id)}`, { body: { enabled } });

/** @type {(id: string) => Promise<null>} */
export const deleteSchedule = (id) => call("DELETE", `schedules/${encodeURIComponent(id)}`);
