/** The text that many views share. */

import { LANGUAGE } from "./sentences.js";

export const sharedStrings = {
  language: LANGUAGE,
  now: "just now",
  cancel: "Cancel",
  dismiss: "Dismiss",
  tryAgain: "Try again",
  reset: "Reset",
  showMore: "Show more",
  technicalDetails: "Technical details",
};
