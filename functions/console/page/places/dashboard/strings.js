/** The text in the dashboards of organizations and issuers. */

import { kindName } from "../../exports/strings.js";
import { plural } from "../../shared/sentences.js";

export const dashboardStrings = {
  dashboard: {
    awards: "Awards",
    total: "All time",
    thisMonth: "This month",
    /** @type {(difference: number, text: string, month: string) => string} */
    change: (difference, text, month) =>
      difference === 0 ? `Same as ${month}` : `${text} ${difference > 0 ? "more" : "fewer"} than ${month}`,
    chart: "Awards per month, last 12 months",
    /** @type {(awards: number, text: string, month: string) => string} */
    bar: (awards, text, month) => `${month}: ${text} ${plural(awards, "award", "awards")}`,
    month: "Month",
    asTable: "Show as a table",
    top: { issuers: "Issuers with the most awards", badgeClasses: "Badges with the most awards" },
    /** @type {(count: number, text: string) => string} */
    awardCount: (count, text) => `${text} ${plural(count, "award", "awards")}`,
    resyncs: "Image updates",
    resyncStatus: { "in-progress": "In progress", complete: "Complete", overdue: "Overdue" },
    schedules: "Next scheduled exports",
    noSchedules: "No scheduled exports.",
    exports: "Latest exports",
    noExports: "No exports yet.",
    /** @type {(kind: string) => string} */
    exportOf: (kind) => `${kindName(kind)} export`,
    allExports: "All exports and schedules",
    empty: {
      organization: {
        title: "Load your data to get started",
        text: "This organization has no issuers yet. To load issuers, badges, and awards from your badge platform:",
        steps: [
          "Ask your platform team to export the organization to a load file (see docs/load-files.md for the format).",
          "Ask them to run the load command with this file. To update the data later, they can load a newer file.",
          "Reload this page to see your issuers, badges, and award counts.",
        ],
      },
      issuer: {
        title: "This issuer has no badges yet",
        text: "Badges and their awards come from your badge platform. They appear here after your platform team loads them.",
        steps: [],
      },
    },
  },
};
