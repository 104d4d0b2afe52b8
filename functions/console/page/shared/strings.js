/** The text that many views share. */

import { LANGUAGE } from "./sentences.js";

export const sharedStrings = {
  language: LANGUAGE,
  now: "just now",
  cancel: "Cancel",
  dismiss: "Dismiss",
  tryAgain: "Try again",
  notLoadedScript: "Couldn't load this part of the page. Check your internet connection, then reload the page.",
  reloadPage: "Reload page",
  reset: "Reset",
  showMore: "Show more",
  technicalDetails: "Technical details",
};
