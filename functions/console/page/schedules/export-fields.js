/** The export fields of a schedule, which are the same as in the form for a single export. */

/**
 * @import { ExportScope } from "../api/api-types.d.ts"
 * @import { Choices } from "../exports/forms/choices.js"
 * @import { Ticked } from "../exports/kinds.js"
 * @import { Draft } from "./draft.js"
 */

import { AwardFilters } from "../exports/forms/award-filters.js";
import { ColumnFields } from "../exports/forms/column-fields.js";
import { FileFields } from "../exports/forms/file-fields.js";
import { OptionBoxes } from "../exports/forms/option-boxes.js";
import { isTable, OPTIONS } from "../exports/kinds.js";
import { html } from "../shared/html.js";
import { strings } from "../strings.js";

/**
 * @param {object} props
 * @param {ExportScope} props.scope
 * @param {Pick<Draft, "kind" | "choices">} props.draft
 * @param {Record<string, string>} props.wrong messages by field
 * @param {Error | null} props.problem
 * @param {(part: Partial<Choices>) => void} props.onChange
 */
export function ExportFields({ scope, draft: { kind, choices }, wrong, problem, onChange }) {
  return html`
    ${kind === "awards" && html`<${AwardFilters} scope=${scope} choices=${choices} wrong=${wrong} onChange=${onChange} />`}
    ${
      OPTIONS[kind].length > 0 &&
      html`<fieldset class="plain"><legend>${strings.schedules.options}</legend>
        <${OptionBoxes} kind=${kind} ticked=${choices.ticked} hasColumns=${choices.columns !== null} problem=${problem}
          onChange=${(/** @type {Ticked} */ ticked) => onChange({ ticked })} /></fieldset>`
    }
    ${
      isTable(kind) &&
      html`<${FileFields} choices=${choices} wrong=${wrong} onChange=${onChange} />
        <${ColumnFields} key=${kind} kind=${kind} scopeType=${scope.type} choices=${choices} wrong=${wrong}
          onChange=${(/** @type {Choices["columns"]} */ columns) => onChange({ columns })} />`
    }`;
}
