/** The form that exports awards. */

/**
 * @import { ExportScope } from "../../api/api-types.d.ts"
 * @import { Choices } from "./choices.js"
 */

import { OWN_TIME_ZONE } from "../../shared/formats.js";
import { html } from "../../shared/html.js";
import { Section } from "../../shared/section.js";
import { strings } from "../../strings.js";
import { AwardCount } from "./award-count.js";
import { AwardFilters, DateFields } from "./award-filters.js";
import { useChoices } from "./choices.js";
import { ColumnFields } from "./column-fields.js";
import { FileFields } from "./file-fields.js";
import { TableActions, useTableForm } from "./table-form.js";

/**
 * Awards of an organization or an issuer.
 *
 * @param {{scope: ExportScope & {type: "organization" | "issuer"}}} props
 */
export function AwardExportForm({ scope }) {
  const form = useTableForm(scope);
  const { choices, change, reset } = useChoices(scope.type, "awards");
  const fields = { choices, wrong: form.wrong, onChange: form.changing(change) };
  return html`<${Section} title=${strings.awards.title} text=${strings.awards.text[scope.type]}>
    <form ref=${form.element} onSubmit=${form.submitting("awards", choices)} novalidate>
      <${DateFields} of="awarded" ...${fields} />
      <p class="hint">${strings.awards.days(OWN_TIME_ZONE)}</p>
      <${AwardFilters} scope=${scope} ...${fields} />
      <${FileFields} ...${fields} />
      <${ColumnFields} kind="awards" scopeType=${scope.type} choices=${choices} wrong=${form.wrong}
        onChange=${(/** @type {Choices["columns"]} */ columns) => fields.onChange({ columns })} />
      <${AwardCount} scope=${scope} choices=${choices} />
      <${TableActions} form=${form} kind="awards" choices=${choices} reset=${reset}
        action=${strings.awards.actions[choices.format]} />
    </form>
  <//>`;
}
