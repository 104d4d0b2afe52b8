/** The text in the bar at the top and for the page as a whole. */

export const appStrings = {
  product: "Badge Data Management",
  skip: "Skip to content",
  signOut: "Sign out",
  /** @type {(reason: string) => string} */
  notStarted: (reason) =>
    `The page couldn't be loaded (${reason}). Check your internet connection, then reload the page.`,
};
