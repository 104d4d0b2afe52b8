/** Schedules of a scope: list, create, pause, resume and delete them. */

/**
 * @import { ExportScope, ScheduleDocument } from "./api-types.d.ts"
 * @import { Choices } from "./export-choices.js"
 * @import { ExportKind, Ticked } from "./export-kinds.js"
 * @import { Choice } from "./schedule-words.js"
 */

import { createSchedule, deleteSchedule, enableSchedule, getSchedules, scopeField } from "./api.js";
import { AwardFilters } from "./award-filters.js";
import { ConfirmDialog } from "./dialogs.js";
import { DEFAULTS, requestOf, wrongChoices } from "./export-choices.js";
import { Section, TABLE_FIELDS } from "./export-forms.js";
import { isTable, KINDS, OPTIONS, OptionBoxes } from "./export-kinds.js";
import { Button, FormProblem, LoadProblem, Select, TextField } from "./fields.js";
import { boundsInWords, formatDistance, formatWeekday, formatWeekdayAndTime, OWN_TIME_ZONE } from "./formats.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { Skeleton, useLoaded } from "./loading.js";
import { asError, Problem, wrongFields } from "./problems.js";
import { expressionInWords, expressionOf } from "./schedule-words.js";
import { strings } from "./strings.js";
import { ColumnFields, FileFields } from "./table-fields.js";
import { showToast } from "./toasts.js";

const words = strings.schedules;

/**
 * The schedules of a scope. People who may not edit can only read them.
 *
 * @param {{scope: ExportScope, mayEdit?: boolean}} props
 */
export function Schedules({ scope, mayEdit }) {
  const { value, problem, reload } = useLoaded(() => getSchedules(scope), `schedules of ${scope.type} ${scope.id}`);
  const [isMaking, setMaking] = useState(false);
  const opener = useRef(/** @type {HTMLDivElement | null} */ (null));

  function close() {
    setMaking(false);
    requestAnimationFrame(() => opener.current?.querySelector("button")?.focus());
  }

  /** @param {ScheduleDocument} schedule */
  async function made(schedule) {
    close();
    showToast({ text: words.made(schedule.name) });
    await reload();
  }

  return html`<${Section} title=${words.title} text=${words.text}>
    ${problem && html`<${LoadProblem} problem=${problem} onRetry=${reload} />`}
    ${!value && !problem && html`<${Skeleton} lines=${2} />`}
    ${value?.items.length === 0 && !isMaking && html`<p class="empty">${words.none}</p>`}
    ${
      value?.items.length
        ? html`<ul class="schedule-list">
            ${value.items.map(
              (schedule) => html`<li key=${schedule.id}>
                <${Schedule} schedule=${schedule} mayEdit=${mayEdit} onChange=${reload} />
              </li>`,
            )}
          </ul>`
        : null
    }
    ${mayEdit && isMaking && html`<${ScheduleForm} scope=${scope} onMade=${made} onClose=${close} />`}
    ${
      mayEdit &&
      !isMaking &&
      html`<div class="actions" ref=${opener}>
        <${Button} onClick=${() => setMaking(true)}>${words.make}<//>
      </div>`
    }
  <//>`;
}

/** @param {{schedule: ScheduleDocument, mayEdit?: boolean, onChange: () => Promise<void>}} props */
function Schedule({ schedule, mayEdit, onChange }) {
  const { status, reason } = schedule.state;
  const shape = words.shape(schedule, boundsInWords(schedule.export, "expires"));
  return html`<article class="schedule" aria-label=${schedule.name}>
    <header>
      <h3>${schedule.name}</h3>
      <span class="status ${status}">${words.status[status]}</span>
    </header>
    <p>${words.what(schedule)}</p>
    <p class="options">${strings.exports.fileType(String(schedule.export.kind), schedule.export)}${shape && ` · ${shape}`}</p>
    <p>${words.when(expressionInWords(schedule.expression), schedule.timeZone, OWN_TIME_ZONE)}</p>
    ${
      schedule.nextRunAt &&
      html`<p class="next-run">
        ${words.next(formatWeekdayAndTime(schedule.nextRunAt), formatDistance(schedule.nextRunAt))}
      </p>`
    }
    ${reason && html`<p class="notice warn">${reason}</p>`}
    <p class="meta">
      <span>${words.by(schedule.requestedBy)}</span>
      ${schedule.lastRun && html`<span>${words.last(formatDistance(schedule.lastRun.at), Boolean(schedule.lastRun.exportId))}</span>`}
    </p>
    ${mayEdit && html`<${ScheduleActions} schedule=${schedule} onChange=${onChange} />`}
  </article>`;
}

/** @param {{schedule: ScheduleDocument, onChange: () => Promise<void>}} props */
function ScheduleActions({ schedule, onChange }) {
  const [busy, setBusy] = useState(/** @type {"toggle" | "remove" | null} */ (null));
  const [problem, setProblem] = useState(/** @type {Error | null} */ (null));
  const [isAsking, setAsking] = useState(false);

  /** @type {(name: "toggle" | "remove", action: () => Promise<unknown>) => () => Promise<void>} */
  const run = (name, action) => async () => {
    setBusy(name);
    setProblem(null);
    try {
      await action();
      await onChange();
    } catch (error) {
      setProblem(asError(error));
    }
    setBusy(null);
  };
  const toggle = run("toggle", () => enableSchedule(schedule.id, !schedule.enabled));
  const remove = run("remove", () => deleteSchedule(schedule.id));

  return html`<div class="actions small">
      <${Button} busy=${busy === "toggle"} onClick=${toggle}>${schedule.enabled ? words.pause : words.resume}<//>
      <${Button} look="quiet" onClick=${() => setAsking(true)}>${words.remove}<//>
    </div>
    ${problem && !isAsking && html`<p class="notice bad" role="alert">${problem.message}</p>`}
    ${
      isAsking &&
      html`<${ConfirmDialog} title=${words.removeTitle(schedule.name)} text=${words.removeText} action=${words.remove}
        busy=${busy === "remove"} problem=${problem} onConfirm=${remove} onClose=${() => setAsking(false)} />`
    }`;
}

/**
 * @param {object} props
 * @param {ExportScope} props.scope
 * @param {(made: ScheduleDocument) => Promise<void>} props.onMade
 * @param {() => void} props.onClose
 */
function ScheduleForm({ scope, onMade, onClose }) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState(KINDS[scope.type][0]);
  const [choices, setChoices] = useState(DEFAULTS);
  const [found, setFound] = useState(/** @type {Record<string, string>} */ ({}));
  const [period, setPeriod] = useState(/** @type {ScheduleDocument["period"] | ""} */ (""));
  const [when, setWhen] = useState(
    /** @type {Choice} */ ({ rhythm: "weekly", time: "06:00", weekday: "1", dayOfMonth: "1" }),
  );
  const [timeZone, setTimeZone] = useState(OWN_TIME_ZONE);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {Error | null} */ (null));
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
    setProblem(null);
    const wrong = wrongChoices(kind, choices, form.current);
    setFound(wrong);
    if (Object.keys(wrong).length) return;
    setBusy(true);
    try {
      const made = await createSchedule({
        name,
        export: { ...scopeField(scope), ...requestOf(kind, choices, timeZone) },
        expression: expressionOf(when),
        timeZone,
        ...(kind === "awards" && period && { period }),
      });
      await onMade(made);
    } catch (error) {
      setProblem(withoutPrefix(asError(error)));
      setBusy(false);
    }
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
 * Return a problem with the form's names of fields: `kind` in the form is `export.kind` in the API.
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
