/** The texts that many views have. */

import { LANGUAGE } from "./sentences.js";

export const sharedStrings = {
  language: LANGUAGE,
  cancel: "Cancel",
  dismiss: "Dismiss",
  tryAgain: "Try again",
  reset: "Reset",
  showMore: "Show more",
  technicalDetails: "Technical details",
};
