/** The schedules of a scope: list, pause, resume, and delete them. */

/** @import { ExportScope, ScheduleDocument } from "../api/api-types.d.ts" */

import { deleteSchedule, enableSchedule, getSchedules } from "../api/schedules.js";
import { useAttempt } from "../shared/attempts.js";
import { Button } from "../shared/button.js";
import { ConfirmDialog } from "../shared/dialogs.js";
import { boundsInWords, formatDistance, formatWeekdayAndTime, OWN_TIME_ZONE } from "../shared/formats.js";
import { html, useRef, useState } from "../shared/html.js";
import { Loading, useLoaded } from "../shared/loading.js";
import { ProblemNotice } from "../shared/problem-notices.js";
import { Section } from "../shared/section.js";
import { showToast } from "../shared/toasts.js";
import { strings } from "../strings.js";
import { expressionInWords } from "./expressions.js";
import { ScheduleForm } from "./schedule-form.js";

const words = strings.schedules;

/**
 * The schedules of a scope. People who may not edit can only read them.
 *
 * @param {{scope: ExportScope, mayEdit?: boolean}} props
 */
export function Schedules({ scope, mayEdit }) {
  const loaded = useLoaded(() => getSchedules(scope), `schedules of ${scope.type} ${scope.id}`);
  const { value, reload } = loaded;
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
    <${Loading} loaded=${loaded} lines=${2} />
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
  const { busy, problem, run } = useAttempt();
  const [isAsking, setAsking] = useState(false);

  /** @type {(name: "toggle" | "remove", action: () => Promise<unknown>) => () => Promise<Error | null>} */
  const running = (name, action) => () =>
    run(name, async () => {
      await action();
      await onChange();
    });
  const toggle = running("toggle", () => enableSchedule(schedule.id, !schedule.enabled));
  const remove = running("remove", () => deleteSchedule(schedule.id));

  return html`<div class="actions small">
      <${Button} busy=${busy === "toggle"} onClick=${toggle}>${schedule.enabled ? words.pause : words.resume}<//>
      <${Button} look="quiet" onClick=${() => setAsking(true)}>${words.remove}<//>
    </div>
    ${!isAsking && html`<${ProblemNotice} problem=${problem} />`}
    ${
      isAsking &&
      html`<${ConfirmDialog} title=${words.removeTitle(schedule.name)} text=${words.removeText} action=${words.remove}
        busy=${busy === "remove"} problem=${problem} onConfirm=${remove} onClose=${() => setAsking(false)} />`
    }`;
}
