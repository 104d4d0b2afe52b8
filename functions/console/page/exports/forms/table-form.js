/** The parts that all forms for table exports share: validation, requests, first rows, and buttons. */

/**
 * @import { ExportScope } from "../../api/api-types.d.ts"
 * @import { ExportRequest, TableKind } from "../kinds.js"
 * @import { Choices } from "./choices.js"
 */

import { wrongFields } from "../../api/problems.js";
import { Button } from "../../shared/button.js";
import { focusInvalidField } from "../../shared/focus.js";
import { OWN_TIME_ZONE } from "../../shared/formats.js";
import { html, useEffect, useRef, useState } from "../../shared/html.js";
import { FormProblem } from "../../shared/problem-notices.js";
import { strings } from "../../strings.js";
import { useDestination } from "../destination.js";
import { useExportRequest } from "../requesting.js";
import { requestOf, wrongChoices } from "./choices.js";
import { FirstRows, FirstRowsButton, useFirstRows } from "./first-rows.js";
import { FOLLOW_UPS, FollowUps, followUpsOf } from "./follow-ups.js";
import { Started } from "./started.js";

/** The fields of table exports that show their own error messages. */
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
  ...FOLLOW_UPS,
];

/**
 * The state of a form for table exports. It validates the choices, then requests the export or shows its first rows.
 * Error messages about fields are cleared at the next change.
 *
 * @param {ExportScope} scope
 */
export function useTableForm(scope) {
  const destination = useDestination();
  const request = useExportRequest(scope);
  const firstRows = useFirstRows(scope);
  const [found, setFound] = useState(/** @type {Record<string, string>} */ ({}));
  const element = useRef(/** @type {HTMLFormElement | null} */ (null));
  const problem = firstRows.problem ?? request.problem;

  useEffect(() => {
    if (Object.keys(found).length) focusInvalidField(element.current);
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
  const ask = (kind, choices) =>
    check(kind, choices, (body) => request.ask({ ...body, ...followUpsOf(choices, destination) }));

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
      for (const input of dates ?? []) input.value = ""; // otherwise, a partly typed date would remain
      forget();
      firstRows.close();
      reset();
    },
  };
}

/**
 * The buttons of a form, and the result of the latest action.
 *
 * @param {object} props
 * @param {ReturnType<typeof useTableForm>} props.form
 * @param {TableKind} props.kind
 * @param {Choices} props.choices
 * @param {(part: Partial<Choices>) => void} props.onChange
 * @param {() => void} props.reset
 * @param {string} props.action
 */
export function TableActions({ form, kind, choices, onChange, reset, action }) {
  return html`<${FollowUps} choices=${choices} wrong=${form.wrong} onChange=${onChange} />
    <${FormProblem} problem=${form.problem} shown=${TABLE_FIELDS} />
    <div class="actions">
      <${Button} type="submit" look="primary" busy=${form.request.asking}>${action}<//>
      <${TableFirstRowsButton} form=${form} kind=${kind} choices=${choices} />
      <${Button} look="quiet" onClick=${form.resetting(reset)}>${strings.reset}<//>
      <${Started} request=${form.request} />
    </div>
    <${FirstRows} preview=${form.firstRows.rowsOf(requestOf(kind, choices, OWN_TIME_ZONE))} />`;
}

/** @param {{form: ReturnType<typeof useTableForm>, kind: TableKind, choices: Choices}} props */
export function TableFirstRowsButton({ form, kind, choices }) {
  const isShown = form.firstRows.rowsOf(requestOf(kind, choices, OWN_TIME_ZONE)) !== null;
  return html`<${FirstRowsButton} isShown=${isShown} busy=${form.firstRows.busy}
    onShow=${() => form.show(kind, choices)} onHide=${form.firstRows.close} />`;
}
