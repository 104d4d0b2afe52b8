/** The text about organizations, issuers, badges, and navigation. */

import { plural } from "../shared/sentences.js";

export const placeStrings = {
  organization: "Organization",
  issuer: "Issuer",
  badge: "Badge",
  badges: "Badges",
  about: "About this badge",
  publicPage: "View public page",
  lists: {
    issuer: {
      title: "Issuers",
      search: "Search issuers",
      /** @type {(count: number, text: string) => string} */
      count: (count, text) => `${text} ${plural(count, "issuer", "issuers")}`,
    },
    "badge-class": {
      title: "Badges",
      search: "Search badges",
      /** @type {(count: number, text: string) => string} */
      count: (count, text) => `${text} ${plural(count, "badge", "badges")}`,
    },
    /** @type {(text: string) => string} */
    found: (text) => `${text} found`,
    /** @type {(search: string) => string} */
    nothing: (search) => `Nothing matches “${search}”.`,
    clear: "Clear search",
    sort: "Sort by",
    byName: "A–Z",
    recentFirst: "Newest first",
  },
  noIssuers: "This organization has no issuers yet.",
  noBadges: "This issuer has no badges yet.",
  trail: "Breadcrumb",
  /** @type {(name: string) => string} */
  tabsLabel: (name) => `Views of ${name}`,
  notLoaded: "Couldn't load this page",
  tabs: {
    organization: { overview: "Overview", "data-management": "Data management", activity: "Activity" },
    issuer: { overview: "Overview", "data-management": "Data management" },
    issuerOfOwner: { overview: "Overview", "data-management": "Data management", activity: "Activity" },
    badge: { overview: "About", "data-management": "Data management" },
  },
  roles: { admin: "Admin", owner: "Owner", editor: "Editor", staff: "Staff" },
  nowhere: {
    title: "Page not found",
    text: "This page doesn't exist, or you don't have access to it. If you need access, ask your organization's admin.",
    home: "Go to the home page",
  },
  home: {
    short: "Home",
    title: "Your organizations",
    open: "Open overview",
    /** @type {(name: string) => string} */
    openOf: (name) => `Open overview of ${name}`,
    /** @type {(email: string) => string} */
    none: (email) => `You don't have access to any organizations yet. Ask your admin to add ${email}.`,
  },
  partsLabel: "On this page",
  parts: {
    awards: "Awards",
    issuer: "Issuer",
    badges: "Badges",
    badge: "Badge",
    groups: "Groups",
    replace: "Replace",
    schedules: "Schedules",
    settings: "Settings",
    exports: "Exports",
  },
  freePlan: {
    title: "Data management is part of the paid plan",
    text: "This organization is on the free plan. With the paid plan, you can:",
    what: [
      "download awards from any date range as a CSV file or an Excel workbook",
      "export issuers, badges, groups, and learner progress",
      "run exports on a schedule",
      "replace a badge with a newer version from any Open Badges platform",
    ],
    how: "To change the plan, contact your platform team.",
  },
};
