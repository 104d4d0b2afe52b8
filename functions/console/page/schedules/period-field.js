/** The field for the awards that each run exports, and a warning if awards would be omitted or repeated. */

/** @import { Draft } from "./draft.js" */

import { Select } from "../shared/fields.js";
import { boundsInWords } from "../shared/formats.js";
import { html } from "../shared/html.js";
import { strings } from "../strings.js";
import { matchingPeriod } from "./periods.js";

const words = strings.schedules;

/**
 * @param {object} props
 * @param {Draft} props.draft
 * @param {string} [props.error]
 * @param {(period: Draft["period"]) => void} props.onChange
 */
export function PeriodField({ draft: { period, fixed }, error, onChange }) {
  const hasFixed = Object.keys(fixed).length > 0;
  const options = [
    ...Object.entries(words.periods),
    ...(hasFixed ? [["fixed", words.fixedDates(boundsInWords(fixed, "awarded"))]] : []),
  ];
  return html`<${Select} label=${words.period} value=${period} onInput=${onChange} error=${error} options=${options} />`;
}

/**
 * A warning if the period doesn't match how often the schedule runs, and a button that fixes it.
 *
 * @param {object} props
 * @param {Draft} props.draft
 * @param {(period: Draft["period"]) => void} props.onChange
 */
export function PeriodWarning({ draft: { kind, period, timing }, onChange }) {
  const matching = matchingPeriod(timing);
  const { rhythm } = timing;
  const isCertain = kind === "awards" && rhythm !== "custom" && period !== "fixed";
  const warning = isCertain && words.mismatches[rhythm][period];
  return html`<div role="status">
    ${
      warning &&
      matching &&
      html`<p class="notice warn">
        ${warning} <button type="button" class="link" onClick=${() => onChange(matching)}>${words.changeTo(matching)}</button>
      </p>`
    }
  </div>`;
}
