/** The messages for requests without a valid response. */

export const apiStrings = {
  problems: {
    unreachable: "The platform can't be reached. Check your connection, then try again.",
    /** @type {(status: number) => string} */
    unexpected: (status) => `The platform returned an unexpected response (${status}). Try again in a minute.`,
  },
};
