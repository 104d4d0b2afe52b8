/** The texts of organizations, issuers, badges, and of the way to them. */

export const placeStrings = {
  dashboard: "Dashboard",
  issuer: "Issuer",
  issuers: "Issuers",
  badge: "Badge",
  badges: "Badges",
  about: "About this badge",
  publicPage: "View public page",
  noIssuers: "This organization has no issuers yet.",
  noBadges: "This issuer has no badges yet.",
  trail: "Where you are",
  /** @type {(name: string) => string} */
  tabsLabel: (name) => `Views of ${name}`,
  notLoaded: "Couldn't load this page",
  tabs: {
    organization: { overview: "Issuers", "data-management": "Data management" },
    issuer: { overview: "Badges", "data-management": "Data management" },
    badge: { overview: "About", "data-management": "Data management" },
  },
  roles: {
    admin: "You are an admin",
    owner: "You are an owner",
    editor: "You are an editor",
    staff: "You are a staff member",
  },
  nowhere: {
    title: "Page not found",
    text: "This page doesn't exist, or you don't have access to it. For access, contact an admin of your organization.",
    home: "Go to your organizations",
  },
  home: {
    short: "Home",
    title: "Your organizations",
    dashboard: "Open dashboard",
    /** @type {(email: string) => string} */
    none: (email) =>
      `${email} has no role on any organization or issuer yet. Ask an admin of your organization to add you.`,
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
    exports: "Exports",
  },
  freePlan: {
    title: "Data management is part of the paid plan",
    text: "This organization is on the free plan. With the paid plan you can:",
    what: [
      "download all awards as a CSV file or an Excel workbook, for any dates",
      "export issuers, badges, groups and learner progress",
      "run exports on a schedule",
      "replace a badge with a newer version from any Open Badges platform",
    ],
    how: "To change the plan, contact your platform's team.",
  },
};
