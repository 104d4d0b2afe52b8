/** Buttons that fill in both award dates. */

import { html } from "../../shared/html.js";
import { strings } from "../../strings.js";

/** @typedef {{awardedAfter: string, awardedBefore: string}} AwardDates days, both included; "" for no limit */
/** @typedef {keyof typeof strings.awards.presets} PresetName */

const ACADEMIC_YEAR_MONTH = 8; // September, because `Date` counts months from 0

/**
 * Return the dates of all presets on a day, in the order of the buttons.
 *
 * @param {Date} today
 * @returns {[PresetName, AwardDates][]}
 */
export function presetsOn(today) {
  const [year, month, date] = [today.getFullYear(), today.getMonth(), today.getDate()];
  const academic = month < ACADEMIC_YEAR_MONTH ? year - 1 : year;
  return [
    ["all", { awardedAfter: "", awardedBefore: "" }],
    ["thisMonth", between([year, month, 1], [year, month + 1, 0])],
    ["lastMonth", between([year, month - 1, 1], [year, month, 0])],
    ["thisYear", between([year, 0, 1], [year, 11, 31])],
    ["lastYear", between([year - 1, 0, 1], [year - 1, 11, 31])],
    ["last12Months", between([year, month - 12, Math.min(date, daysOf(year, month - 12)) + 1], [year, month, date])],
    ["academicYear", between([academic, ACADEMIC_YEAR_MONTH, 1], [academic + 1, ACADEMIC_YEAR_MONTH, 0])],
  ];
}

/**
 * @param {AwardDates & {onChange: (dates: AwardDates) => void}} props
 */
export function DatePresets({ awardedAfter, awardedBefore, onChange }) {
  return html`<div class="presets" role="group" aria-label=${strings.awards.presetsLabel}>
    ${presetsOn(new Date()).map(([name, dates]) => {
      const isChosen = dates.awardedAfter === awardedAfter && dates.awardedBefore === awardedBefore;
      return html`<button type="button" key=${name} class="preset" aria-pressed=${isChosen ? "true" : "false"}
        onClick=${() => onChange(dates)}>${strings.awards.presets[name]}</button>`;
    })}
  </div>`;
}

/** @typedef {[year: number, month: number, date: number]} Day for `Date.UTC`, which normalizes values out of range */

/** @type {(after: Day, before: Day) => AwardDates} */
const between = (after, before) => ({ awardedAfter: dayText(after), awardedBefore: dayText(before) });

/** @param {Day} day */
const dayText = (day) => new Date(Date.UTC(...day)).toISOString().slice(0, 10);

/** @type {(year: number, month: number) => number} */
const daysOf = (year, month) => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
