/** The fields for when a schedule runs. */

/** @import { Timing } from "./expressions.js" */

import { Select, TextField } from "../shared/fields.js";
import { formatWeekday } from "../shared/formats.js";
import { html } from "../shared/html.js";
import { strings } from "../strings.js";
import { expressionInWords } from "./expressions.js";

const words = strings.schedules;
const MONDAY_FIRST = [1, 2, 3, 4, 5, 6, 0];

/**
 * @param {object} props
 * @param {Timing} props.timing
 * @param {Record<string, string>} props.wrong messages by field
 * @param {(timing: Timing) => void} props.onChange
 */
export function TimingFields({ timing, wrong, onChange }) {
  const { rhythm, time, weekday, dayOfMonth, expression } = timing;
  /** @type {(name: keyof Timing) => (value: string) => void} */
  const changing = (name) => (value) => onChange({ ...timing, [name]: value });
  const rhythms = [
    ...Object.entries(words.rhythms),
    ...(expression ? [["custom", expressionInWords(expression)]] : []),
  ];
  return html`<div class="row timing">
    <${Select} label=${words.rhythm} value=${rhythm} onInput=${changing("rhythm")} options=${rhythms} error=${wrong.expression} />
    ${
      rhythm === "weekly" &&
      html`<${Select} label=${words.weekday} value=${weekday} onInput=${changing("weekday")}
        options=${MONDAY_FIRST.map((number) => [String(number), formatWeekday(number)])} />`
    }
    ${
      rhythm === "monthly" &&
      html`<${Select} label=${words.dayOfMonth} value=${dayOfMonth} onInput=${changing("dayOfMonth")}
        options=${[...Array.from({ length: 28 }, (_, n) => [String(n + 1), String(n + 1)]), ["L", words.lastOfMonth]]} />`
    }
    ${
      rhythm !== "custom" &&
      html`<${TextField} label=${words.time} type="time" value=${time} onInput=${changing("time")} error=${wrong.time} />`
    }
  </div>`;
}
