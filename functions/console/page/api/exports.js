/** The API calls for exports. */

/**
 * @import { ExportRequest, TableKind } from "../exports/kinds.js"
 * @import { AwardCountsDocument, ColumnDocument, ExportDocument, ExportList, PreviewDocument } from "./api-types.d.ts"
 * @import { Part } from "./call.js"
 * @import { Scope } from "./scopes.js"
 */

import { call, query } from "./call.js";
import { pathOf, scopeField } from "./scopes.js";

/**
 * An inclusive range of days in a time zone.
 * @typedef {{awardedAfter?: string, awardedBefore?: string, timeZone: string}} AwardDates
 */

/**
 * Request an export of a scope. A repeated request with the same key returns the first export.
 * @type {(scope: Scope, body: ExportRequest, idempotencyKey: string) => Promise<ExportDocument>}
 */
export const requestExport = (scope, body, idempotencyKey) =>
  call("POST", `${pathOf(scope)}/exports`, { body, headers: { "Idempotency-Key": idempotencyKey } });

/** @type {(scope: Scope, body: ExportRequest) => Promise<PreviewDocument>} */
export const previewExport = (scope, body) => call("POST", `${pathOf(scope)}/exports/preview`, { body });

/** @type {() => Promise<Record<TableKind, ColumnDocument[]>>} */
export const getExportColumns = () => call("GET", "export-columns");

/**
 * Count the awards of a scope between two dates, regardless of their status.
 * @type {(scope: Scope, dates: AwardDates, signal: AbortSignal) => Promise<AwardCountsDocument>}
 */
export const countAwards = (scope, dates, signal) =>
  call("GET", `${pathOf(scope)}/award-counts${query({ ...dates })}`, { signal });

/**
 * The filters for a list of exports. An empty filter matches every export.
 * @typedef {{kind?: string, requestedBy?: string, scheduleId?: string}} ExportConditions
 */

/**
 * Return a page of exports without links to their files, because the trail records every link as a download.
 * @type {(scope: Scope, part?: Part & ExportConditions) => Promise<ExportList>}
 */
export const getExports = (scope, { cursor, limit, kind, requestedBy, scheduleId } = {}) =>
  call(
    "GET",
    `exports${query({
      ...scopeField(scope),
      kind: kind || undefined,
      requestedBy: requestedBy || undefined,
      scheduleId: scheduleId || undefined,
      links: "false",
      cursor,
      limit,
    })}`,
  );

/**
 * Return an export without a link to its file.
 * @type {(id: string) => Promise<ExportDocument>}
 */
export const getExport = (id) => call("GET", `exports/${encodeURIComponent(id)}?links=false`);

/**
 * Return an export with a new link to its file, which the trail records as a download.
 * @type {(id: string) => Promise<ExportDocument>}
 */
export const getExportWithLink = (id) => call("GET", `exports/${encodeURIComponent(id)}`);

/**
 * Cancel an export in progress, or delete the file of a finished one.
 * @type {(id: string) => Promise<ExportDocument>}
 */
export const removeExport = (id) => call("DELETE", `exports/${encodeURIComponent(id)}`);
