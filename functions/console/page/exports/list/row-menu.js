/** The menu of an export: request it again, copy its link, see its checksum, or delete its file. */

/**
 * @import { ExportDocument, ExportScope } from "../../api/api-types.d.ts"
 * @import { ExportRequest } from "../kinds.js"
 */

import { addressWith } from "../../shared/address.js";
import { Button } from "../../shared/button.js";
import { html, useId, useRef, useState } from "../../shared/html.js";
import { ProblemNotice } from "../../shared/problem-notices.js";
import { strings } from "../../strings.js";
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
  const id = useId();
  const opener = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const menu = useRef(/** @type {HTMLDivElement | null} */ (null));
  const request = useExportRequest(scope);
  const [isCopied, setCopied] = useState(false);
  const [isDeleting, setDeleting] = useState(false);

  /** @param {ToggleEvent} event */
  function toggled({ newState }) {
    if (newState === "open") place(menu.current, opener.current);
    else {
      setCopied(false);
      request.forgetProblem();
    }
  }

  async function exportAgain() {
    const body = /** @type {ExportRequest} */ ({ kind: exported.kind, ...exported.options });
    if (!(await request.ask(body))) menu.current?.hidePopover();
  }

  async function copy() {
    await navigator.clipboard.writeText(addressWith({ export: exported.id }));
    setCopied(true);
  }

  function startDeleting() {
    menu.current?.hidePopover();
    setDeleting(true);
  }

  return html`<button ref=${opener} type="button" class="button quiet more-button" popovertarget=${id}
      aria-label=${words.more(name)} title=${words.moreTitle}>⋯</button>
    <div ref=${menu} id=${id} popover class="menu" role="group" aria-label=${name} onToggle=${toggled}>
      <${Button} look="quiet" busy=${request.asking !== null} onClick=${exportAgain}>${words.again}<//>
      <${Button} look="quiet" onClick=${copy}>${isCopied ? words.linkCopied : words.copyLink}<//>
      <p class="hint" role="status">${isCopied && words.linkHint}</p>
      ${
        mayDelete &&
        exported.status === "succeeded" &&
        html`<${Button} look="quiet bad" onClick=${startDeleting}>${words.remove}<//>`
      }
      <${ProblemNotice} problem=${request.problem} />
      ${exported.file && !isActive(exported) && html`<p class="checksum">SHA-256 <code>${exported.file.sha256}</code></p>`}
    </div>
    ${isDeleting && html`<${DeleteDialog} exports=${[exported]} onClose=${() => setDeleting(false)} />`}`;
}

/**
 * Place an open menu below its button, or above it where there is no room.
 *
 * @param {HTMLElement | null} menu
 * @param {HTMLElement | null} opener
 */
function place(menu, opener) {
  if (!menu || !opener) return;
  const { top, bottom, right } = opener.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = menu;
  const isBelow = bottom + offsetHeight <= innerHeight || top < offsetHeight;
  menu.style.left = `${Math.max(8, right - offsetWidth)}px`;
  menu.style.top = `${isBelow ? bottom : top - offsetHeight}px`;
}
