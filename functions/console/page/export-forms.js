/** The forms that request exports: awards, an issuer, its badges, its groups, a badge. */

/**
 * @import { ComponentChildren } from "preact"
 * @import { ExportScope } from "./api-types.d.ts"
 * @import { Choices } from "./export-choices.js"
 * @import { ExportRequest, TableKind, Ticked } from "./export-kinds.js"
 */

import { AwardCount } from "./award-count.js";
import { AwardFilters, DateFields } from "./award-filters.js";
import { requestOf, useChoices, wrongChoices } from "./export-choices.js";
import { OptionBoxes } from "./export-kinds.js";
import { Started, useExportRequest } from "./export-requests.js";
import { Button, Choice, Disclosure, FormProblem } from "./fields.js";
import { FirstRows, FirstRowsButton, useFirstRows } from "./first-rows.js";
import { OWN_TIME_ZONE } from "./formats.js";
import { html, useEffect, useId, useRef, useState } from "./html.js";
import { wrongFields } from "./problems.js";
import { strings } from "./strings.js";
import { ColumnFields, FileFields } from "./table-fields.js";

/** The fields of table exports, which say themselves what is wrong with them. */
export const TABLE_FIELDS = [
  "awardedAfter",
  "awardedBefore",
  "expiresAfter",
  "expiresBefore",
  "status",
  "badgeClassIds",
  "format",
  "separator",
  "columns",
  "includeArchived",
  "includeCreation",
  "includeExpiration",
  "includeStaff",
];

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

/**
 * A table of the badges of an organization or an issuer.
 *
 * @param {{scope: ExportScope}} props
 */
export function BadgesExportForm({ scope }) {
  const form = useTableForm(scope);
  const { choices, change, reset } = useChoices(scope.type, "badges");
  const fields = { choices, wrong: form.wrong, onChange: form.changing(change) };
  return html`<${Section} title=${strings.badgesExport.title} text=${strings.badgesExport.text}>
    <form ref=${form.element} onSubmit=${form.submitting("badges", choices)} novalidate>
      <${FileFields} ...${fields} />
      <${ColumnFields} kind="badges" scopeType=${scope.type} choices=${choices} wrong=${form.wrong}
        onChange=${(/** @type {Choices["columns"]} */ columns) => fields.onChange({ columns })} />
      <${TableActions} form=${form} kind="badges" choices=${choices} reset=${reset} action=${strings.badgesExport.action} />
    </form>
  <//>`;
}

/** @param {{scope: ExportScope}} props */
export function IssuerExportForm({ scope }) {
  return html`<${DocumentExportForm} scope=${scope} kind="issuer" words=${strings.issuerExport} />`;
}

/** @param {{scope: ExportScope}} props */
export function BadgeExportForm({ scope }) {
  return html`<${DocumentExportForm} scope=${scope} kind="badge-class" words=${strings.badgeExport} />`;
}

/** @type {GroupKind[]} */
const GROUP_KINDS = ["groups", "group-badges", "learner-progress"];

/**
 * Group exports: three files about the same groups. They share all choices except the columns.
 *
 * @param {{scope: ExportScope & {type: "organization" | "issuer"}}} props
 */
export function GroupsExportForm({ scope }) {
  const form = useTableForm(scope);
  const shared = useChoices(scope.type, "groups");
  const badges = useChoices(scope.type, "group-badges");
  const progress = useChoices(scope.type, "learner-progress");
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
    setShaped(kind); // so that what is wrong with its columns is shown
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

/**
 * What a form of table exports needs: it checks the choices, then requests the export or shows its first rows. Messages
 * about wrong fields are forgotten with the next change.
 *
 * @param {ExportScope} scope
 */
function useTableForm(scope) {
  const request = useExportRequest(scope);
  const firstRows = useFirstRows(scope);
  const [found, setFound] = useState(/** @type {Record<string, string>} */ ({}));
  const element = useRef(/** @type {HTMLFormElement | null} */ (null));
  const problem = firstRows.problem ?? request.problem;

  useEffect(() => {
    /** @type {HTMLElement | null | undefined} */
    const wrong = element.current?.querySelector("[aria-invalid=true]");
    if (Object.keys(found).length) wrong?.focus();
  }, [found]);

  function forget() {
    setFound({});
    request.forgetProblem();
    firstRows.forgetProblem();
  }

  /** @type {(kind: TableKind, choices: Choices, use: (body: ExportRequest) => void) => void} */
  function check(kind, choices, use) {
    forget();
    const wrong = wrongChoices(kind, choices, element.current);
    if (Object.keys(wrong).length) setFound(wrong);
    else use(requestOf(kind, choices, OWN_TIME_ZONE));
  }

  /** @type {(kind: TableKind, choices: Choices) => void} */
  const ask = (kind, choices) => check(kind, choices, request.ask);

  return {
    element,
    request,
    firstRows,
    problem,
    wrong: wrongFields(problem, found),
    ask,
    /** @type {(kind: TableKind, choices: Choices) => void} */
    show: (kind, choices) => check(kind, choices, firstRows.show),
    /** @type {(kind: TableKind, choices: Choices) => (event: Event) => void} */
    submitting: (kind, choices) => (event) => {
      event.preventDefault();
      ask(kind, choices);
    },
    /** @type {(change: (part: Partial<Choices>) => void) => (part: Partial<Choices>) => void} */
    changing: (change) => (part) => {
      forget();
      change(part);
    },
    /** @type {(reset: () => void) => () => void} */
    resetting: (reset) => () => {
      /** @type {NodeListOf<HTMLInputElement> | undefined} */
      const dates = element.current?.querySelectorAll("input[type=date]");
      for (const input of dates ?? []) input.value = ""; // a date that is half typed is no value that a reset changes
      forget();
      firstRows.close();
      reset();
    },
  };
}

/**
 * What one can do with a filled-in form, and what came of it.
 *
 * @param {object} props
 * @param {ReturnType<typeof useTableForm>} props.form
 * @param {TableKind} props.kind
 * @param {Choices} props.choices
 * @param {() => void} props.reset
 * @param {string} props.action
 */
function TableActions({ form, kind, choices, reset, action }) {
  return html`<${FormProblem} problem=${form.problem} shown=${TABLE_FIELDS} />
    <div class="actions">
      <${Button} type="submit" look="primary" busy=${form.request.asking}>${action}<//>
      <${TableFirstRowsButton} form=${form} kind=${kind} choices=${choices} />
      <${Button} look="quiet" onClick=${form.resetting(reset)}>${strings.reset}<//>
      <${Started} request=${form.request} />
    </div>
    <${FirstRows} preview=${form.firstRows.rowsOf(requestOf(kind, choices, OWN_TIME_ZONE))} />`;
}

/** @param {{form: ReturnType<typeof useTableForm>, kind: TableKind, choices: Choices}} props */
function TableFirstRowsButton({ form, kind, choices }) {
  const isShown = form.firstRows.rowsOf(requestOf(kind, choices, OWN_TIME_ZONE)) !== null;
  return html`<${FirstRowsButton} isShown=${isShown} busy=${form.firstRows.busy}
    onShow=${() => form.show(kind, choices)} onHide=${form.firstRows.close} />`;
}

/**
 * A part of a data management page.
 *
 * @param {{title: string, text?: string, children: ComponentChildren}} props
 */
export function Section({ title, text, children }) {
  return html`<section class="card">
    <h2>${title}</h2>
    ${text && html`<p class="lead">${text}</p>`}
    ${children}
  </section>`;
}

/**
 * @param {object} props
 * @param {ExportScope} props.scope
 * @param {"issuer" | "badge-class"} props.kind
 * @param {typeof strings.issuerExport} props.words
 */
function DocumentExportForm({ scope, kind, words }) {
  const request = useExportRequest(scope);
  const { choices, change, reset } = useChoices(scope.type, kind);

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    request.ask(requestOf(kind, choices, OWN_TIME_ZONE));
  }

  return html`<${Section} title=${words.title} text=${words.text}>
    <form onSubmit=${submit}>
      <fieldset class="plain">
        <legend>${words.include}</legend>
        <${OptionBoxes} kind=${kind} ticked=${choices.ticked} problem=${request.problem}
          onChange=${(/** @type {Ticked} */ ticked) => change({ ticked })} />
      </fieldset>
      <${FormProblem} problem=${request.problem} shown=${["includeAssertions"]} />
      <div class="actions">
        <${Button} type="submit" look="primary" busy=${request.asking}>${words.action}<//>
        <${Button} look="quiet" onClick=${reset}>${strings.reset}<//>
        <${Started} request=${request} />
      </div>
    </form>
  <//>`;
}
