/** The menu of an export: request it again, copy its link, see its checksum, or delete its file. */

/**
 * @import { ExportDocument, ExportScope } from "../../api/api-types.d.ts"
 * @import { ExportRequest } from "../kinds.js"
 */

import { addressWith } from "../../shared/address.js";
import { Button } from "../../shared/button.js";
import { html, useState } from "../../shared/html.js";
import { Menu } from "../../shared/menu.js";
import { ProblemNotice } from "../../shared/problem-notices.js";
import { showToast } from "../../shared/toasts.js";
import { strings } from "../../strings.js";
import { useDestination } from "../destination.js";
import { followUpsOf } from "../forms/follow-ups.js";
import { useExportRequest } from "../requesting.js";
import { isActive } from "../watching.js";
import { DeleteDialog } from "./delete-dialog.js";

const words = strings.exports;

/**
 * @param {object} props
 * @param {ExportDocument} props.exported
 * @param {ExportScope} props.scope
 * @param {string} props.name
 * @param {boolean} props.mayDelete
 */
export function RowMenu({ exported, scope, name, mayDelete }) {
  const destination = useDestination();
  const request = useExportRequest(scope);
  const [isCopied, setCopied] = useState(false);
  const [isDeleting, setDeleting] = useState(false);

  function closed() {
    setCopied(false);
    request.forgetProblem();
  }

  /** @param {() => void} close */
  async function exportAgain(close) {
    const { kind, options, deliver } = exported;
    const followUps = followUpsOf({ notify: false, deliver }, destination); // the file is downloaded here
    const body = /** @type {ExportRequest} */ ({ kind, ...options, ...followUps });
    if (await request.ask(body)) return;
    close();
    showToast({ text: words.startedAgain(exported) }); // the list's filters may not match the new export
  }

  async function copy() {
    await navigator.clipboard.writeText(addressWith({ export: exported.id }));
    setCopied(true);
  }

  /** @param {() => void} close */
  function startDeleting(close) {
    close();
    setDeleting(true);
  }

  return html`<${Menu} label=${words.more(name)} title=${words.moreTitle} onClose=${closed}>
      ${(/** @type {() => void} */ close) => html`
        <${Button} look="quiet" busy=${request.asking !== null} onClick=${() => exportAgain(close)}>${words.again}<//>
        <${Button} look="quiet" onClick=${copy}>${isCopied ? words.linkCopied : words.copyLink}<//>
        <p class="hint" role="status">${isCopied && words.linkHint}</p>
        ${
          mayDelete &&
          exported.status === "succeeded" &&
          html`<${Button} look="quiet bad" onClick=${() => startDeleting(close)}>${words.remove}<//>`
        }
        <${ProblemNotice} problem=${request.problem} />
        ${exported.file && !isActive(exported) && html`<p class="checksum">SHA-256 <code>${exported.file.sha256}</code></p>`}`}
    <//>
    ${isDeleting && html`<${DeleteDialog} exports=${[exported]} onClose=${() => setDeleting(false)} />`}`;
}
