/** The form that creates a schedule. */

/**
 * @import { ExportScope, ScheduleDocument } from "../api/api-types.d.ts"
 * @import { Choices } from "../exports/forms/choices.js"
 * @import { ExportKind, Ticked } from "../exports/kinds.js"
 * @import { Choice } from "./expressions.js"
 */

import { asError, Problem, wrongFields } from "../api/problems.js";
import { createSchedule } from "../api/schedules.js";
import { scopeField } from "../api/scopes.js";
import { AwardFilters } from "../exports/forms/award-filters.js";
import { DEFAULTS, requestOf, wrongChoices } from "../exports/forms/choices.js";
import { ColumnFields } from "../exports/forms/column-fields.js";
import { FileFields } from "../exports/forms/file-fields.js";
import { OptionBoxes } from "../exports/forms/option-boxes.js";
import { TABLE_FIELDS } from "../exports/forms/table-form.js";
import { isTable, KINDS, OPTIONS } from "../exports/kinds.js";
import { useAttempt } from "../shared/attempts.js";
import { Button } from "../shared/button.js";
import { Select, TextField } from "../shared/fields.js";
import { formatWeekday, OWN_TIME_ZONE } from "../shared/formats.js";
import { html, useEffect, useRef, useState } from "../shared/html.js";
import { FormProblem } from "../shared/problem-notices.js";
import { strings } from "../strings.js";
import { expressionOf } from "./expressions.js";

const words = strings.schedules;

/**
 * @param {object} props
 * @param {ExportScope} props.scope
 * @param {(made: ScheduleDocument) => Promise<void>} props.onMade
 * @param {() => void} props.onClose
 */
export function ScheduleForm({ scope, onMade, onClose }) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState(KINDS[scope.type][0]);
  const [choices, setChoices] = useState(DEFAULTS);
  const [found, setFound] = useState(/** @type {Record<string, string>} */ ({}));
  const [period, setPeriod] = useState(/** @type {ScheduleDocument["period"] | ""} */ (""));
  const [when, setWhen] = useState(
    /** @type {Choice} */ ({ rhythm: "weekly", time: "06:00", weekday: "1", dayOfMonth: "1" }),
  );
  const [timeZone, setTimeZone] = useState(OWN_TIME_ZONE);
  const { busy, problem, run, forget } = useAttempt();
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const fields = wrongFields(problem, found);
  /** @param {Partial<Choices>} part */
  const choose = (part) => {
    setFound({});
    setChoices((before) => ({ ...before, ...part }));
  };
  /** @param {ExportKind} other */
  const changeKind = (other) => {
    setKind(other);
    choose({ columns: null }); // each kind has others
  };
  /** @param {keyof Choice} part */
  const change = (part) => (/** @type {string} */ value) => setWhen({ ...when, [part]: value });

  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  useEffect(() => {
    /** @type {HTMLElement | null | undefined} */
    const wrong = form.current?.querySelector("[aria-invalid=true]");
    if (Object.keys(found).length) wrong?.focus();
  }, [found]);

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    forget();
    const wrong = wrongChoices(kind, choices, form.current);
    setFound(wrong);
    if (Object.keys(wrong).length) return;
    await run("save", async () => {
      const schedule = {
        name,
        export: { ...scopeField(scope), ...requestOf(kind, choices, timeZone) },
        expression: expressionOf(when),
        timeZone,
        ...(kind === "awards" && period && { period }),
      };
      const made = await createSchedule(schedule).catch((error) => {
        throw withoutPrefix(asError(error));
      });
      await onMade(made);
    });
  }

  return html`<form ref=${form} class="schedule-form" aria-label=${words.make} onSubmit=${submit} novalidate>
    <${TextField} label=${words.name} value=${name} onInput=${setName} error=${fields.name} maxlength="100" />
    ${
      KINDS[scope.type].length > 1 &&
      html`<${Select} label=${words.kind} value=${kind} onInput=${changeKind} error=${fields.kind}
        options=${KINDS[scope.type].map((offered) => [offered, strings.kinds[offered]])} />`
    }
    ${
      kind === "awards"
        ? html`<${Select} label=${words.period} value=${period} onInput=${setPeriod} error=${fields.period} options=${Object.entries(words.periods)} />
            <${AwardFilters} scope=${scope} choices=${choices} wrong=${fields} onChange=${choose} />`
        : OPTIONS[kind].length > 0 &&
          html`<fieldset class="plain"><legend>${words.options}</legend>
            <${OptionBoxes} kind=${kind} ticked=${choices.ticked} hasColumns=${choices.columns !== null} problem=${problem}
              onChange=${(/** @type {Ticked} */ ticked) => choose({ ticked })} /></fieldset>`
    }
    ${
      isTable(kind) &&
      html`<${FileFields} choices=${choices} wrong=${fields} onChange=${choose} />
        <${ColumnFields} key=${kind} kind=${kind} scopeType=${scope.type} choices=${choices} wrong=${fields}
          onChange=${(/** @type {Choices["columns"]} */ columns) => choose({ columns })} />`
    }
    <div class="row">
      <${Select} label=${words.rhythm} value=${when.rhythm} onInput=${change("rhythm")} options=${Object.entries(words.rhythms)} error=${fields.expression} />
      ${
        when.rhythm === "weekly" &&
        html`<${Select} label=${words.weekday} value=${when.weekday} onInput=${change("weekday")}
          options=${[1, 2, 3, 4, 5, 6, 0].map((number) => [String(number), formatWeekday(number)])} />`
      }
      ${
        when.rhythm === "monthly" &&
        html`<${Select} label=${words.dayOfMonth} value=${when.dayOfMonth} onInput=${change("dayOfMonth")}
          options=${[...Array.from({ length: 28 }, (_, n) => [String(n + 1), String(n + 1)]), ["L", words.last28]]} />`
      }
      <${TextField} label=${words.time} type="time" value=${when.time} onInput=${change("time")} required />
    </div>
    <${Select} label=${words.timeZone} value=${timeZone} onInput=${setTimeZone} error=${fields.timeZone} options=${TIME_ZONES.map((zone) => [zone, zone])} />
    <${FormProblem} problem=${problem} shown=${["name", "kind", "period", "expression", "timeZone", ...TABLE_FIELDS]} />
    <div class="actions">
      <${Button} type="submit" look="primary" busy=${busy}>${words.save}<//>
      <${Button} onClick=${onClose}>${strings.cancel}<//>
    </div>
  </form>`;
}

/**
 * Return a problem with the form's field names: `kind` in the form is `export.kind` in the API.
 *
 * @param {Error} problem
 */
function withoutPrefix(problem) {
  if (!(problem instanceof Problem)) return problem;
  problem.fields = Object.fromEntries(
    Object.entries(problem.fields).map(([field, message]) => [field.replace(/^export\./, ""), message]),
  );
  return problem;
}

const TIME_ZONES = [...new Set([OWN_TIME_ZONE, "UTC", ...Intl.supportedValuesOf("timeZone")])];
