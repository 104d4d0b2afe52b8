/** The text of the top bar, and the text that concerns the entire page. */

export const appStrings = {
  product: "Badge Data Management",
  skip: "Skip to content",
  signOut: "Sign out",
  /** @type {(reason: string) => string} */
  notStarted: (reason) =>
    `The page couldn't be loaded (${reason}). Check your internet connection, then reload the page.`,
};
