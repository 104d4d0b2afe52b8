/** The form that exports groups, their badges, and learner progress. */

/**
 * @import { ExportScope } from "../../api/api-types.d.ts"
 * @import { Ticked } from "../kinds.js"
 * @import { Choices } from "./choices.js"
 */

import { Button } from "../../shared/button.js";
import { Disclosure } from "../../shared/disclosure.js";
import { Choice } from "../../shared/fields.js";
import { OWN_TIME_ZONE } from "../../shared/formats.js";
import { html, useId, useState } from "../../shared/html.js";
import { FormProblem } from "../../shared/problem-notices.js";
import { Section } from "../../shared/section.js";
import { strings } from "../../strings.js";
import { requestOf, useChoices } from "./choices.js";
import { ColumnFields } from "./column-fields.js";
import { FileFields } from "./file-fields.js";
import { FirstRows } from "./first-rows.js";
import { FollowUps } from "./follow-ups.js";
import { OptionBoxes } from "./option-boxes.js";
import { Started } from "./started.js";
import { TABLE_FIELDS, TableFirstRowsButton, useTableForm } from "./table-form.js";

/** @type {GroupKind[]} */
const GROUP_KINDS = ["groups", "group-badges", "learner-progress"];

/**
 * The form for the three files about groups, which share all choices except the columns.
 *
 * @param {{scope: ExportScope & {type: "organization" | "issuer"}}} props
 */
export function GroupsExportForm({ scope }) {
  const form = useTableForm(scope);
  const shared = useChoices(scope, "groups");
  const badges = useChoices(scope, "group-badges");
  const progress = useChoices(scope, "learner-progress");
  const [shaped, setShaped] = useState(/** @type {GroupKind} */ ("groups"));
  const name = useId();
  const own = { groups: shared, "group-badges": badges, "learner-progress": progress };
  /** @type {(kind: GroupKind) => Choices} */
  const choicesOf = (kind) => ({ ...shared.choices, columns: own[kind].choices.columns });
  const change = form.changing(shared.change);
  const hasColumns = shared.choices.columns !== null;
  const hasOwnColumns = Object.values(own).some(({ choices }) => choices.columns);

  /** @param {GroupKind} kind */
  const ask = (kind) => () => {
    setShaped(kind); // so that errors in its columns are shown
    form.ask(kind, choicesOf(kind));
  };

  function reset() {
    for (const { reset } of Object.values(own)) reset();
  }

  return html`<${Section} title=${strings.groups.title} text=${strings.groups.text[scope.type]}>
    <form ref=${form.element} onSubmit=${(/** @type {Event} */ event) => event.preventDefault()} novalidate>
      <fieldset class="plain">
        <legend>${strings.groups.include}</legend>
        <${OptionBoxes} kind="groups" ticked=${shared.choices.ticked} hasColumns=${hasColumns} problem=${form.problem}
          onChange=${(/** @type {Ticked} */ ticked) => change({ ticked })} />
      </fieldset>
      <p class="hint">${hasColumns ? strings.groups.columnsChosen : strings.groups.archivedForAll}</p>
      <${FileFields} choices=${shared.choices} wrong=${form.wrong} onChange=${change} />
      <${FollowUps} choices=${shared.choices} wrong=${form.wrong} onChange=${change} />
      <${FormProblem} problem=${form.problem} shown=${TABLE_FIELDS} />
      <div class="actions">
        ${GROUP_KINDS.map(
          (kind) => html`<${Button} key=${kind}
            look=${kind === "groups" ? "primary" : "plain"} busy=${form.request.asking === kind}
            onClick=${ask(kind)}>${strings.groups.actions[kind]}<//>`,
        )}
        <${Button} look="quiet" onClick=${form.resetting(reset)}>${strings.reset}<//>
        <${Started} request=${form.request} />
      </div>
      <${Disclosure} title=${strings.groups.shape} note=${hasOwnColumns ? strings.columns.own : strings.columns.default} isWrong=${Object.keys(form.wrong).some((field) => field.startsWith("columns"))}>
        <${Choice} label=${strings.groups.shaped} name=${name} value=${shaped} onChange=${setShaped}
          choices=${GROUP_KINDS.map((kind) => [kind, strings.kinds[kind]])} />
        <${ColumnFields} key=${shaped} kind=${shaped} scopeType=${scope.type} choices=${choicesOf(shaped)} wrong=${form.wrong}
          onChange=${(/** @type {Choices["columns"]} */ columns) => form.changing(own[shaped].change)({ columns })} />
        <div class="actions">
          <${TableFirstRowsButton} form=${form} kind=${shaped} choices=${choicesOf(shaped)} />
        </div>
        <${FirstRows} preview=${form.firstRows.rowsOf(requestOf(shaped, choicesOf(shaped), OWN_TIME_ZONE))} />
      <//>
    </form>
  <//>`;
}

/** @typedef {"groups" | "group-badges" | "learner-progress"} GroupKind */
