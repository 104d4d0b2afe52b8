/** The messages for requests without a valid response. */

export const apiStrings = {
  problems: {
    unreachable: "Can't connect. Check your internet connection and try again.",
    /** @type {(status: number) => string} */
    unexpected: (status) => `Something went wrong on our side (${status}). Try again in a minute.`,
  },
};
