/** The text of the Activity tab. */

/** @import { TrailEntryDocument } from "../api/api-types.d.ts" */

import { kindName } from "../exports/strings.js";
import { listed } from "../shared/sentences.js";

/** @typedef {TrailEntryDocument["action"]} Action */

/**
 * The verb phrases, which are shown between the actor and the name of the target.
 * @type {Record<Action, string>}
 */
const done = {
  "export-requested": "requested the export",
  "export-cancelled": "canceled the export",
  "export-downloaded": "got a download link for",
  "export-delivered": "delivered the file",
  "export-delivery-failed": "couldn't deliver the file",
  "export-file-deleted": "deleted the file",
  "badge-replaced": "replaced the badge",
  "schedule-created": "created the schedule",
  "schedule-changed": "changed the schedule",
  "schedule-paused": "paused the schedule",
  "schedule-resumed": "resumed the schedule",
  "schedule-stopped": "stopped the schedule",
  "schedule-deleted": "deleted the schedule",
  "token-created": "created the access token",
  "token-deleted": "deleted the access token",
  "destination-set": "saved the delivery destination",
  "destination-tested": "tested the delivery destination",
  "destination-deleted": "deleted the delivery destination",
  "member-added": "added the member",
  "member-removed": "removed the member",
};

/**
 * The labels of the action filter.
 * @type {Record<Action, string>}
 */
const actions = {
  "export-requested": "Export requested",
  "export-cancelled": "Export canceled",
  "export-downloaded": "Download link created",
  "export-delivered": "File delivered",
  "export-delivery-failed": "Delivery failed",
  "export-file-deleted": "File deleted",
  "badge-replaced": "Badge replaced",
  "schedule-created": "Schedule created",
  "schedule-changed": "Schedule changed",
  "schedule-paused": "Schedule paused",
  "schedule-resumed": "Schedule resumed",
  "schedule-stopped": "Schedule stopped",
  "schedule-deleted": "Schedule deleted",
  "token-created": "Access token created",
  "token-deleted": "Access token deleted",
  "destination-set": "Destination saved",
  "destination-tested": "Destination tested",
  "destination-deleted": "Destination deleted",
  "member-added": "Member added",
  "member-removed": "Member removed",
};

/** @type {Record<string, string>} */
const actors = { system: "System", operator: "An operator" };

/** @type {Record<string, string>} */
const scheduleFields = {
  name: "name",
  export: "export",
  expression: "time",
  timeZone: "time zone",
  period: "period",
  notify: "email",
  deliver: "delivery",
};

/** @type {(value: unknown) => string} */
const text = (value) => (typeof value === "string" || typeof value === "number" ? `${value}` : "");

export const trailStrings = {
  activity: {
    heading: "Activity",
    lead: "See who exported, downloaded, replaced, or changed data, and when. Entries can't be edited.",
    none: "No activity yet. Exports, replacements, and changes to schedules, tokens, and members appear here.",
    noneFound: "No activity matches these filters.",
    filters: "Filter activity",
    person: "Person",
    anyone: "Anyone",
    onlyMine: "Only mine",
    action: "Action",
    anyAction: "All actions",
    export: "Export as CSV",
    columns: ["Time", "Who", "Action"],
    actions,
    /** @type {(actor: string) => string} */
    actor: (actor) =>
      actors[actor] ?? (actor.startsWith("token:") ? `Access token ${actor.slice("token:".length)}` : actor),
    /** @type {(action: Action) => string} */
    done: (action) => done[action] ?? action,
    /**
     * Summarize an entry's details.
     * @type {(entry: Pick<TrailEntryDocument, "action" | "target" | "details">) => string}
     */
    details: ({ target, details }) => {
      const { kind, scopeName, scheduleId, scheduleName, fromVersion, toVersion, sourceHost, changed, reason, role } =
        details;
      const parts = [];
      if (target.type === "export") {
        parts.push(kindName(text(kind)), text(scopeName));
        if (scheduleId) parts.push(`schedule ${text(scheduleName ?? scheduleId)}`);
      } else if (target.type === "badge-class") {
        parts.push(`version ${text(fromVersion)} to ${text(toVersion)}`, text(sourceHost));
      } else if (Array.isArray(changed)) {
        parts.push(listed(changed.map((field) => scheduleFields[field] ?? `${field}`)));
      } else {
        parts.push(text(reason ?? role));
      }
      return parts.filter(Boolean).join(" · ");
    },
  },
};
