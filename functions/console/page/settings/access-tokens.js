/** The access tokens of an organization or an issuer as a table, and the form that creates them. */

/** @import { ExportScope, NewToken, TokenDocument } from "../api/api-types.d.ts" */

import { deleteToken, getTokens } from "../api/tokens.js";
import { useAttempt } from "../shared/attempts.js";
import { Button } from "../shared/button.js";
import { ConfirmDialog, Dialog } from "../shared/dialogs.js";
import { TextField } from "../shared/fields.js";
import { formatDay, formatDayAndTime, formatDistance } from "../shared/formats.js";
import { html, useRef, useState } from "../shared/html.js";
import { Loading, useLoaded } from "../shared/loading.js";
import { Section } from "../shared/section.js";
import { showToast } from "../shared/toasts.js";
import { strings } from "../strings.js";
import { TokenForm } from "./token-form.js";

const words = strings.tokens;

/**
 * The tokens of a scope. An organization's list includes those of its issuers.
 *
 * @param {{scope: ExportScope, organizationId: string}} props
 */
export function AccessTokens({ scope, organizationId }) {
  const loaded = useLoaded(() => getTokens(organizationId), `tokens of ${scope.type} ${scope.id}`);
  const [isOpen, setOpen] = useState(false);
  // Only this view knows the secret, and only until the dialog is closed.
  const [made, setMade] = useState(/** @type {NewToken | null} */ (null));
  const items = loaded.value?.items.filter(({ issuerId }) => scope.type === "organization" || issuerId === scope.id);

  /** @param {NewToken} token */
  function created(token) {
    setOpen(false);
    setMade(token);
    loaded.reload();
  }

  return html`<${Section} title=${words.title} text=${words.text}>
    ${
      isOpen
        ? html`<${TokenForm} scope=${scope} organizationId=${organizationId} onCreated=${created} onClose=${() => setOpen(false)} />`
        : html`<div class="actions small"><${Button} onClick=${() => setOpen(true)}>${words.make}<//></div>`
    }
    <${Loading} loaded=${loaded} lines=${2} />
    ${items?.length === 0 && !isOpen && html`<p class="empty">${words.none}</p>`}
    ${items?.length ? html`<${Table} items=${items} organizationId=${organizationId} onChange=${loaded.reload} />` : null}
    ${made && html`<${Secret} token=${made} onClose=${() => setMade(null)} />`}
  <//>`;
}

/** @param {{items: TokenDocument[], organizationId: string, onChange: () => Promise<void>}} props */
function Table({ items, organizationId, onChange }) {
  return html`<table role="table" class="schedule-table token-table" aria-label=${words.title}>
    <thead role="rowgroup"><tr role="row">
      ${Object.entries(words.columns).map(([name, text]) => html`<th role="columnheader" scope="col" key=${name} class=${name}>${text}</th>`)}
      <td role="cell"></td>
    </tr></thead>
    <tbody role="rowgroup">
      ${items.map((token) => html`<${Row} key=${token.id} token=${token} organizationId=${organizationId} onChange=${onChange} />`)}
    </tbody>
  </table>`;
}

/** @param {{token: TokenDocument, organizationId: string, onChange: () => Promise<void>}} props */
function Row({ token, organizationId, onChange }) {
  const { id, name, role, issuerId, createdBy, createdAt, expiresAt, lastUsedAt } = token;
  const [isDeleting, setDeleting] = useState(false);
  const { busy, problem, run } = useAttempt();
  const isExpired = Date.parse(expiresAt) <= Date.now();

  const remove = () =>
    run("remove", async () => {
      await deleteToken(organizationId, id);
      showToast({ text: words.removed(name) });
      await onChange();
    });

  return html`<tr role="row">
    <th role="rowheader" scope="row" class="what">
      <span class="name"><bdi>${name}</bdi></span>
      <span class="detail">${words.by(createdBy, formatDay(createdAt))}</span>
    </th>
    <td role="cell" data-label=${words.columns.access}>${words.roles[role]} <span class="detail">${words.place(issuerId)}</span></td>
    <td role="cell" data-label=${words.columns.expires}>
      ${isExpired ? html`<span class="status failed">${words.expired}</span>` : html`<time datetime=${expiresAt}>${formatDay(expiresAt)}</time>`}
    </td>
    <td role="cell" data-label=${words.columns.used}>
      ${lastUsedAt ? html`<time datetime=${lastUsedAt} title=${formatDayAndTime(lastUsedAt)}>${formatDistance(lastUsedAt)}</time>` : words.unused}
    </td>
    <td role="cell" class="row-actions small">
      <${Button} look="quiet bad" aria-label=${words.removeNamed(name)} onClick=${() => setDeleting(true)}>${words.remove}<//>
      ${
        isDeleting &&
        html`<${ConfirmDialog} title=${words.removeTitle(name)} text=${words.removeText} action=${words.remove}
          busy=${busy === "remove"} problem=${problem} onConfirm=${remove} onClose=${() => setDeleting(false)} />`
      }
    </td>
  </tr>`;
}

/** @param {{token: NewToken, onClose: () => void}} props */
function Secret({ token, onClose }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));

  async function copy() {
    try {
      await navigator.clipboard.writeText(token.secret);
      showToast({ text: words.copied });
    } catch {
      field.current?.select();
      showToast({ kind: "bad", text: words.notCopied });
    }
  }

  return html`<${Dialog} title=${words.madeTitle(token.name)}>
    <p>${words.madeText}</p>
    <${TextField} label=${words.secret} value=${token.secret} onInput=${() => {}} inputRef=${field} readonly autocomplete="off" spellcheck=${false} />
    <div class="actions">
      <${Button} look="primary" onClick=${copy}>${words.copy}<//>
      <${Button} onClick=${onClose}>${words.done}<//>
    </div>
  <//>`;
}
