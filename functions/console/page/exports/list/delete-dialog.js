/** The dialog that deletes the files of exports. */

/** @import { ExportDocument } from "../../api/api-types.d.ts" */

import { removeExport } from "../../api/exports.js";
import { useAttempt } from "../../shared/attempts.js";
import { ConfirmDialog } from "../../shared/dialogs.js";
import { formatNumber } from "../../shared/formats.js";
import { html } from "../../shared/html.js";
import { strings } from "../../strings.js";
import { announceChange } from "../watching.js";

/**
 * @param {{exports: ExportDocument[], onClose: () => void}} props
 */
export function DeleteDialog({ exports, onClose }) {
  const { busy, problem, run } = useAttempt();

  async function remove() {
    const failure = await run("delete", async () => {
      for (const exported of exports) announceChange(await removeExport(exported.id));
    });
    if (!failure) onClose();
  }

  const [first] = exports;
  const count = formatNumber(exports.length);
  const words =
    exports.length === 1 && first
      ? strings.exports.deleteOne(first.file?.name ?? strings.exports.title(first))
      : strings.exports.deleteSeveral(count);
  return html`<${ConfirmDialog} title=${words.title} text=${words.text} action=${words.action} busy=${busy}
    problem=${problem} onConfirm=${remove} onClose=${onClose} />`;
}
