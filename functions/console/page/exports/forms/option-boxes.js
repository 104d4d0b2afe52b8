/** The check boxes for the options of an export. */

/** @import { ExportKind, Option, Ticked } from "../kinds.js" */

import { Problem } from "../../api/problems.js";
import { CheckBox } from "../../shared/fields.js";
import { html } from "../../shared/html.js";
import { strings } from "../../strings.js";
import { addsColumns, OPTIONS } from "../kinds.js";

/**
 * The check boxes for the options of a kind. If the columns are selected individually, options that add columns are
 * disabled.
 *
 * @param {object} props
 * @param {ExportKind} props.kind
 * @param {Ticked} props.ticked
 * @param {boolean} [props.hasColumns] whether columns are chosen
 * @param {Error | null} props.problem
 * @param {(ticked: Ticked) => void} props.onChange
 */
export function OptionBoxes({ kind, ticked, hasColumns = false, problem, onChange }) {
  const wrong = problem instanceof Problem ? problem.fields : {};
  /** @param {Option} option */
  const box = ({ name, needs }) => {
    const isOff = Boolean(needs && !ticked[needs]) || (hasColumns && addsColumns(name));
    return html`<${CheckBox} key=${name} label=${strings.options[name].label}
      hint=${needs && !ticked[needs] ? strings.options[name].needs : strings.options[name].hint} error=${wrong[name]} nested=${Boolean(needs)}
      disabled=${isOff} checked=${Boolean(ticked[name] && !isOff)}
      onChange=${(/** @type {boolean} */ checked) => onChange({ ...ticked, [name]: checked })} />`;
  };
  const free = OPTIONS[kind].filter(({ needs }) => !needs);
  return html`<div class="checks">
    ${free.map(
      (option) => html`<div key=${option.name}>
        ${box(option)}
        ${OPTIONS[kind].filter(({ needs }) => needs === option.name).map(box)}
      </div>`,
    )}
  </div>`;
}
