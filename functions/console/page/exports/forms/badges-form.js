/** The form that exports a table of badges. */

/**
 * @import { ExportScope } from "../../api/api-types.d.ts"
 * @import { Choices } from "./choices.js"
 */

import { html } from "../../shared/html.js";
import { Section } from "../../shared/section.js";
import { strings } from "../../strings.js";
import { useChoices } from "./choices.js";
import { ColumnFields } from "./column-fields.js";
import { FileFields } from "./file-fields.js";
import { TableActions, useTableForm } from "./table-form.js";

/**
 * The form that exports a table of an organization's or issuer's badges.
 *
 * @param {{scope: ExportScope}} props
 */
export function BadgesExportForm({ scope }) {
  const form = useTableForm(scope);
  const { choices, change, reset } = useChoices(scope, "badges");
  const fields = { choices, wrong: form.wrong, onChange: form.changing(change) };
  return html`<${Section} title=${strings.badgesExport.title} text=${strings.badgesExport.text}>
    <form ref=${form.element} onSubmit=${form.submitting("badges", choices)} novalidate>
      <${FileFields} ...${fields} />
      <${ColumnFields} kind="badges" scopeType=${scope.type} choices=${choices} wrong=${form.wrong}
        onChange=${(/** @type {Choices["columns"]} */ columns) => fields.onChange({ columns })} />
      <${TableActions} form=${form} kind="badges" choices=${choices} onChange=${fields.onChange} reset=${reset}
        action=${strings.badgesExport.action} />
    </form>
  <//>`;
}
