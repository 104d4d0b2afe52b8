/** The schedules of a scope as a table, and the form that creates and edits them. */

/**
 * @import { ExportScope, ScheduleDocument } from "../api/api-types.d.ts"
 * @import { Draft } from "./draft.js"
 */

import { Button } from "../shared/button.js";
import { useDraft } from "../shared/drafts.js";
import { rememberFocus } from "../shared/focus.js";
import { html, useRef } from "../shared/html.js";
import { Loading } from "../shared/loading.js";
import { Section } from "../shared/section.js";
import { showToast } from "../shared/toasts.js";
import { strings } from "../strings.js";
import { draftOf, newDraft } from "./draft.js";
import { ScheduleForm } from "./schedule-form.js";
import { ScheduleRow } from "./schedule-row.js";
import { useSchedules } from "./schedules-of-scope.js";

const words = strings.schedules;

/**
 * The content of the form, which edits `schedule` or creates a new schedule. `initial` is the draft before any edits.
 * @typedef {{key: string, initial: Draft, draft: Draft, schedule?: ScheduleDocument}} Editing
 */

/**
 * The schedules of a scope. People who can't edit schedules can only read them.
 *
 * @param {{scope: ExportScope, mayEdit?: boolean, seesTrail?: boolean}} props
 */
export function Schedules({ scope, mayEdit = false, seesTrail = false }) {
  const loaded = useSchedules(scope);
  const { items, refresh } = loaded;
  const [editing, setEditing, stopEditing] = useDraft(
    `schedule of ${scope.type} ${scope.id}`,
    /** @type {Editing | null} */ (null),
  );
  const opener = useRef(/** @type {HTMLDivElement | null} */ (null));
  const restoreFocus = useRef(/** @type {(() => void) | null} */ (null)); // null if the draft is from an earlier visit

  /** @type {(initial: Draft, schedule?: ScheduleDocument) => void} */
  function open(initial, schedule) {
    restoreFocus.current = rememberFocus();
    setEditing({ key: crypto.randomUUID(), initial, draft: initial, schedule });
  }

  function close() {
    restoreFocus.current?.();
    stopEditing();
    requestAnimationFrame(() => !editing?.schedule && opener.current?.querySelector("button")?.focus());
  }

  /** @param {ScheduleDocument} schedule */
  async function saved(schedule) {
    showToast({ text: editing?.schedule ? words.saved(schedule.name) : words.created(schedule.name) });
    await refresh();
    close();
  }

  /** @param {ScheduleDocument} schedule */
  const handlersOf = (schedule) => ({
    onEdit: () => open(draftOf(schedule), schedule),
    onDuplicate: () => open({ ...draftOf(schedule), name: words.copyOf(schedule.name) }),
    onChange: refresh,
  });

  return html`<${Section} title=${words.title} text=${words.text}>
    ${!mayEdit && html`<p class="hint">${words.viewOnly}</p>`}
    ${
      mayEdit &&
      !editing &&
      html`<div class="actions small" ref=${opener}>
        <${Button} onClick=${() => open(newDraft(scope))}>${words.make}<//>
      </div>`
    }
    ${
      mayEdit &&
      editing &&
      html`<${ScheduleForm} key=${editing.key} scope=${scope} initial=${editing.initial} draft=${editing.draft}
        schedule=${editing.schedule} seesTrail=${seesTrail} isOpened=${restoreFocus.current !== null}
        onChange=${(/** @type {Draft} */ draft) => setEditing({ ...editing, draft })} onSaved=${saved} onClose=${close} />`
    }
    <${Loading} loaded=${loaded} lines=${2} />
    ${items?.length === 0 && !editing && html`<p class="empty">${words.none}</p>`}
    ${
      items?.length
        ? html`<table role="table" class="schedule-table" aria-label=${words.title}>
            <thead role="rowgroup"><tr role="row">
              ${Object.entries(words.columns).map(([name, text]) => html`<th role="columnheader" scope="col" key=${name} class=${name}>${text}</th>`)}
              ${mayEdit && html`<td role="cell"></td>`}
            </tr></thead>
            <tbody role="rowgroup">
              ${items.map(
                (schedule) => html`<${ScheduleRow} key=${schedule.id} schedule=${schedule}
                  isOpen=${editing?.schedule?.id === schedule.id} handlers=${mayEdit ? handlersOf(schedule) : undefined} />`,
              )}
            </tbody>
          </table>`
        : null
    }
  <//>`;
}
