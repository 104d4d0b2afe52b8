/** The fields for the type of a table's file, and the separator of a CSV file. */

/** @import { Choices } from "./choices.js" */

import { Select } from "../../shared/fields.js";
import { html } from "../../shared/html.js";
import { strings } from "../../strings.js";
import { FORMATS, SEPARATORS } from "./choices.js";

/**
 * @param {object} props
 * @param {Choices} props.choices
 * @param {Record<string, string>} props.wrong messages by field
 * @param {(part: Partial<Choices>) => void} props.onChange
 */
export function FileFields({ choices, wrong, onChange }) {
  return html`<div class="row">
    <${Select} label=${strings.file.format} value=${choices.format} error=${wrong.format}
      options=${FORMATS.map((format) => [format, strings.file.formats[format]])}
      onInput=${(/** @type {Choices["format"]} */ format) => onChange({ format })} />
    ${
      choices.format === "csv" &&
      html`<${Select} label=${strings.file.separator} value=${choices.separator} error=${wrong.separator}
        options=${SEPARATORS.map((separator) => [separator, strings.file.separators[separator]])}
        onInput=${(/** @type {Choices["separator"]} */ separator) => onChange({ separator })} />`
    }
  </div>`;
}
