/** The form that creates or edits a schedule. */

/**
 * @import { ExportScope, ScheduleDocument } from "../api/api-types.d.ts"
 * @import { Choices } from "../exports/forms/choices.js"
 * @import { ExportKind } from "../exports/kinds.js"
 * @import { Draft } from "./draft.js"
 * @import { Timing } from "./expressions.js"
 */

import { getBadgeClass } from "../api/places.js";
import { asError, Problem, wrongFields } from "../api/problems.js";
import { changeSchedule, createSchedule } from "../api/schedules.js";
import { useDestination } from "../exports/destination.js";
import { defaultsOf } from "../exports/forms/choices.js";
import { FirstRows, FirstRowsButton, useFirstRows } from "../exports/forms/first-rows.js";
import { FollowUps, mayDeliver } from "../exports/forms/follow-ups.js";
import { TABLE_FIELDS } from "../exports/forms/table-form.js";
import { isTable, kindsOf } from "../exports/kinds.js";
import { signedInEmail } from "../session/session.js";
import { useAttempt } from "../shared/attempts.js";
import { Button } from "../shared/button.js";
import { Select, TextField } from "../shared/fields.js";
import { focusInvalidField } from "../shared/focus.js";
import { html, useEffect, useRef, useState } from "../shared/html.js";
import { FormProblem } from "../shared/problem-notices.js";
import { strings } from "../strings.js";
import { changesOf, exportOn, scheduleOf, wrongInDraft } from "./draft.js";
import { ExportFields } from "./export-fields.js";
import { NextRun, nextRunDay } from "./next-run-summary.js";
import { PeriodField, PeriodWarning } from "./period-field.js";
import { matchingPeriod } from "./periods.js";
import { TimeZoneField } from "./time-zone-field.js";
import { TimingFields } from "./timing-fields.js";

const words = strings.schedules;
const OWN_FIELDS = ["name", "kind", "period", "expression", "time", "timeZone"];

/**
 * @param {object} props
 * @param {ExportScope} props.scope
 * @param {Draft} props.initial the draft before any edits
 * @param {Draft} props.draft
 * @param {ScheduleDocument} [props.schedule] the schedule to edit; without it, the form creates one
 * @param {boolean} props.seesTrail whether the person can schedule exports of the trail
 * @param {boolean} props.isOpened whether the person just opened the form, so that it takes the focus
 * @param {(draft: Draft) => void} props.onChange
 * @param {(saved: ScheduleDocument) => Promise<void>} props.onSaved
 * @param {() => void} props.onClose
 */
export function ScheduleForm({ scope, initial, draft, schedule, seesTrail, isOpened, onChange, onSaved, onClose }) {
  const latest = useRef(draft); // two changes can occur before the form is rendered again
  const [tries, setTries] = useState(0); // attempts to save or to show the first rows while a field is invalid
  const { busy, problem, run, forget } = useAttempt();
  const destination = useDestination();
  const firstRows = useFirstRows(scope);
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const failure = firstRows.problem ?? problem;
  const fields = wrongFields(failure, tries ? wrongInDraft(draft, form.current) : {});
  const day = nextRunDay(draft, schedule?.nextRunAt);
  const next = day ? exportOn(draft, day) : null;
  const kinds = [...new Set([...kindsOf(scope.type, seesTrail), draft.kind])];
  const title = schedule ? words.editTitle(schedule.name) : words.make;

  useEffect(() => {
    if (!isOpened) return;
    form.current?.querySelector("input")?.focus();
    form.current?.scrollIntoView({ block: "nearest" });
  }, []);
  useEffect(() => {
    const nameless = draft.choices.badges.filter(({ id, name }) => id === name);
    if (nameless.length === 0) return;
    const loading = nameless.map(({ id }) => getBadgeClass(id).catch(() => null));
    Promise.all(loading).then((found) => {
      const names = new Map(found.flatMap((badge) => (badge ? [[badge.id, badge.name]] : [])));
      choose({ badges: latest.current.choices.badges.map(({ id, name }) => ({ id, name: names.get(id) ?? name })) });
    });
  }, []);
  useEffect(() => {
    if (tries) focusInvalidField(form.current);
  }, [tries]);

  /** @param {Partial<Draft>} part */
  function change(part) {
    forget();
    firstRows.forgetProblem();
    latest.current = { ...latest.current, ...part };
    onChange(latest.current);
  }

  /** @param {Partial<Choices>} part */
  const choose = (part) => change({ choices: { ...latest.current.choices, ...part } });

  /** @param {Timing} timing */
  function changeTiming(timing) {
    // The period follows the timing, unless the person chose another period.
    const follows = draft.period === matchingPeriod(draft.timing);
    change({ timing, ...(follows && { period: matchingPeriod(timing) ?? draft.period }) });
  }

  /** @param {Draft["period"]} period */
  const changePeriod = (period) => change({ period });

  /** @param {ExportKind} kind */
  const changeKind = (kind) =>
    change({ kind, kept: {}, choices: { ...latest.current.choices, columns: null, ticked: defaultsOf(kind).ticked } });

  /** @param {() => void} use */
  function check(use) {
    forget();
    firstRows.forgetProblem();
    if (Object.keys(wrongInDraft(draft, form.current)).length) setTries(tries + 1);
    else use();
  }

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    check(() => run("save", save));
  }

  async function save() {
    const offersDelivery = mayDeliver(destination, schedule?.deliver);
    const wanted = scheduleOf(scope, draft, offersDelivery);
    if (!schedule) return onSaved(await createSchedule(wanted).catch(withoutPrefix));
    const changes = changesOf(scheduleOf(scope, initial, offersDelivery), wanted);
    if (Object.keys(changes).length === 0) return onClose();
    await onSaved(await changeSchedule(schedule.id, changes).catch(withoutPrefix));
  }

  return html`<form ref=${form} class="schedule-form" aria-label=${title} onSubmit=${submit} novalidate>
    <h3>${title}</h3>
    <div class="row">
      <${TextField} label=${words.name} value=${draft.name} error=${fields.name} maxlength="100" autocomplete="off"
        onInput=${(/** @type {string} */ name) => change({ name })} />
      ${
        kinds.length > 1 &&
        html`<${Select} label=${words.kind} value=${draft.kind} onInput=${changeKind} error=${fields.kind}
          options=${kinds.map((kind) => [kind, strings.kinds[kind]])} />`
      }
    </div>
    <${TimingFields} timing=${draft.timing} wrong=${fields} onChange=${changeTiming} />
    <div class="row">
      <${TimeZoneField} zone=${draft.zone} error=${fields.timeZone}
        onChange=${(/** @type {string} */ zone) => change({ zone })} />
      ${draft.kind === "awards" && html`<${PeriodField} draft=${draft} error=${fields.period} onChange=${changePeriod} />`}
    </div>
    <${PeriodWarning} draft=${draft} onChange=${changePeriod} />
    <${ExportFields} scope=${scope} draft=${draft} wrong=${fields} problem=${failure} onChange=${choose} />
    <${FollowUps} choices=${draft.choices} wrong=${fields} delivers=${schedule?.deliver} onChange=${choose} />
    <${NextRun} scope=${scope} draft=${draft} day=${day} schedule=${schedule} />
    ${schedule && schedule.requestedBy !== signedInEmail() && html`<p class="hint">${words.becomesYours}</p>`}
    <${FormProblem} problem=${failure} shown=${[...OWN_FIELDS, ...TABLE_FIELDS]} />
    <div class="actions">
      <${Button} type="submit" look="primary" busy=${busy}>${schedule ? words.save : words.create}<//>
      ${
        next &&
        isTable(draft.kind) &&
        html`<${FirstRowsButton} isShown=${firstRows.rowsOf(next) !== null} busy=${firstRows.busy}
          onShow=${() => check(() => firstRows.show(next))} onHide=${firstRows.close} />`
      }
      <${Button} look="quiet" onClick=${onClose}>${strings.cancel}<//>
    </div>
    ${next && html`<${FirstRows} preview=${firstRows.rowsOf(next)} />`}
  </form>`;
}

/**
 * Throw a problem with the form's field names: `kind` in the form is `export.kind` in the API.
 *
 * @param {unknown} caught
 * @returns {never}
 */
function withoutPrefix(caught) {
  const problem = asError(caught);
  if (problem instanceof Problem) {
    problem.fields = Object.fromEntries(
      Object.entries(problem.fields).map(([field, message]) => [field.replace(/^export\./, ""), message]),
    );
  }
  throw problem;
}
