/** Schedules of a scope: list, create, pause, resume and delete them. */

/**
 * @import { ExportScope, ScheduleDocument } from "./api-types.d.ts"
 * @import { ExportKind, Ticked } from "./export-kinds.js"
 * @import { Choice } from "./schedule-words.js"
 */

import { createSchedule, deleteSchedule, enableSchedule, getSchedules, scopeField } from "./api.js";
import { ConfirmDialog } from "./dialogs.js";
import { Section } from "./export-forms.js";
import { chosenOptions, KINDS, OptionBoxes } from "./export-kinds.js";
import { Button, FormProblem, LoadProblem, Select, TextField } from "./fields.js";
import { formatDistance, formatWeekday, formatWeekdayAndTime, OWN_TIME_ZONE } from "./formats.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { Skeleton, useLoaded } from "./loading.js";
import { asError, Problem } from "./problems.js";
import { expressionInWords, expressionOf } from "./schedule-words.js";
import { strings } from "./strings.js";
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
  return html`<article class="schedule" aria-label=${schedule.name}>
    <header>
      <h3>${schedule.name}</h3>
      <span class="status ${status}">${words.status[status]}</span>
    </header>
    <p>${words.what(schedule)}</p>
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
  const [ticked, setTicked] = useState(/** @type {Ticked} */ ({}));
  const [period, setPeriod] = useState(/** @type {ScheduleDocument["period"] | ""} */ (""));
  const [when, setWhen] = useState(
    /** @type {Choice} */ ({ rhythm: "weekly", time: "06:00", weekday: "1", dayOfMonth: "1" }),
  );
  const [timeZone, setTimeZone] = useState(OWN_TIME_ZONE);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {Error | null} */ (null));
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const fields = problem instanceof Problem ? problem.fields : {};
  /** @param {keyof Choice} part */
  const change = (part) => (/** @type {string} */ value) => setWhen({ ...when, [part]: value });

  useEffect(() => form.current?.querySelector("input")?.focus(), []);

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const made = await createSchedule({
        name,
        export: { ...scopeField(scope), kind, ...chosenOptions(kind, ticked) },
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
      html`<${Select} label=${words.kind} value=${kind} onInput=${setKind} error=${fields.kind}
        options=${KINDS[scope.type].map((offered) => [offered, strings.kinds[offered]])} />`
    }
    ${
      kind === "awards"
        ? html`<${Select} label=${words.period} value=${period} onInput=${setPeriod} error=${fields.period} options=${Object.entries(words.periods)} />`
        : html`<fieldset class="plain"><legend>${words.options}</legend>
            <${OptionBoxes} kind=${kind} ticked=${ticked} problem=${problem} onChange=${setTicked} /></fieldset>`
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
    <${FormProblem} problem=${problem} shown=${["name", "kind", "period", "expression", "timeZone"]} />
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
