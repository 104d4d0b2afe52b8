/**
 * All text on the page, in English, with one `strings.js` for each subject. All other modules import the text from
 * here. Each additional language requires its own set of these files.
 */

import { apiStrings } from "./api/strings.js";
import { appStrings } from "./app/strings.js";
import { exportFormStrings } from "./exports/forms/strings.js";
import { exportListStrings } from "./exports/list/strings.js";
import { exportStrings } from "./exports/strings.js";
import { dashboardStrings } from "./places/dashboard/strings.js";
import { placeStrings } from "./places/strings.js";
import { replacementStrings } from "./replacement/strings.js";
import { scheduleStrings } from "./schedules/strings.js";
import { sessionStrings } from "./session/strings.js";
import { settingsStrings } from "./settings/strings.js";
import { sharedStrings } from "./shared/strings.js";
import { signInStrings } from "./sign-in/strings.js";
import { trailStrings } from "./trail/strings.js";

export const strings = {
  ...apiStrings,
  ...appStrings,
  ...dashboardStrings,
  ...exportStrings,
  ...exportFormStrings,
  ...exportListStrings,
  ...placeStrings,
  ...replacementStrings,
  ...scheduleStrings,
  ...sessionStrings,
  ...settingsStrings,
  ...sharedStrings,
  ...signInStrings,
  ...trailStrings,
};
