/** The actions for a schedule: run now, edit, duplicate, pause, resume, and delete. */

/** @import { ScheduleDocument } from "../api/api-types.d.ts" */

import { Problem } from "../api/problems.js";
import { changeSchedule, deleteSchedule, runSchedule } from "../api/schedules.js";
import { announceChange, watch } from "../exports/watching.js";
import { useAttempt } from "../shared/attempts.js";
import { Button } from "../shared/button.js";
import { ConfirmDialog } from "../shared/dialogs.js";
import { html, useRef, useState } from "../shared/html.js";
import { Menu } from "../shared/menu.js";
import { showToast } from "../shared/toasts.js";
import { strings } from "../strings.js";

const words = strings.schedules;

/**
 * @param {object} props
 * @param {ScheduleDocument} props.schedule
 * @param {() => void} props.onEdit
 * @param {() => void} props.onDuplicate
 * @param {() => Promise<void>} props.onChange
 */
export function ScheduleActions({ schedule, onEdit, onDuplicate, onChange }) {
  const { id, name, enabled } = schedule;
  const { busy, problem, run, forget } = useAttempt();
  const [isDeleting, setDeleting] = useState(false);
  const key = useRef(/** @type {string | null} */ (null));

  /** @type {(action: string, change: () => Promise<unknown>) => Promise<void>} */
  async function attempt(action, change) {
    const failure = await run(action, async () => {
      await change();
      await onChange();
    });
    if (failure && action !== "remove") showToast({ kind: "bad", text: failure.message });
  }

  async function runOnce() {
    // Retrying a request whose response was lost must not run the schedule twice.
    key.current ??= crypto.randomUUID();
    try {
      const exported = await runSchedule(id, key.current);
      key.current = null;
      announceChange(exported);
      watch(exported);
      showToast({ text: words.started(name) });
    } catch (error) {
      if (error instanceof Problem && error.status) key.current = null;
      throw error;
    }
  }

  function startDeleting() {
    forget();
    setDeleting(true);
  }

  /** @type {(close: () => void, action: keyof typeof words.actions, use: () => unknown, look?: string) => unknown} */
  const item = (close, action, use, look = "quiet") =>
    html`<${Button} look=${look} aria-label=${words.actionNamed(words.actions[action], name)}
      onClick=${() => {
        close();
        use();
      }}>${words.actions[action]}<//>`;

  return html`<${Button} busy=${busy === "run"} aria-label=${words.runNamed(name)} onClick=${() => attempt("run", runOnce)}>${words.runNow}<//>
    <${Menu} label=${words.more(name)} title=${words.moreTitle}>
      ${(/** @type {() => void} */ close) => html`
        ${item(close, "edit", onEdit)}
        ${item(close, "duplicate", onDuplicate)}
        ${item(close, enabled ? "pause" : "resume", () => attempt("toggle", () => changeSchedule(id, { enabled: !enabled })))}
        ${item(close, "remove", startDeleting, "quiet bad")}`}
    <//>
    ${
      isDeleting &&
      html`<${ConfirmDialog} title=${words.removeTitle(name)} text=${words.removeText} action=${words.actions.remove}
        busy=${busy === "remove"} problem=${problem} onConfirm=${() => attempt("remove", () => deleteSchedule(id))} onClose=${() => setDeleting(false)} />`
    }`;
}
