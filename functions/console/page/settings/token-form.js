/** The form that creates an access token. */

/** @import { ExportScope, NewToken, TokenRequest } from "../api/api-types.d.ts" */

import { wrongFields } from "../api/problems.js";
import { createToken } from "../api/tokens.js";
import { useAttempt } from "../shared/attempts.js";
import { Button } from "../shared/button.js";
import { Select, TextField } from "../shared/fields.js";
import { html, useEffect, useRef, useState } from "../shared/html.js";
import { FormProblem } from "../shared/problem-notices.js";
import { strings } from "../strings.js";

const words = strings.tokens;
const DAYS = [30, 90, 180, 365];
const DAY_MS = 86_400_000;
/** @type {TokenRequest["role"][]} */
const ROLES = ["staff", "editor", "owner", "admin"];

/**
 * @param {object} props
 * @param {ExportScope} props.scope an organization or an issuer
 * @param {string} props.organizationId
 * @param {(token: NewToken) => void} props.onCreated
 * @param {() => void} props.onClose
 */
export function TokenForm({ scope, organizationId, onCreated, onClose }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState(/** @type {TokenRequest["role"]} */ ("staff"));
  const [days, setDays] = useState("90");
  const [isTried, setTried] = useState(false);
  const { busy, problem, run, forget } = useAttempt();
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const fields = wrongFields(problem, isTried && !name.trim() ? { name: words.noName } : {});
  const roles = scope.type === "issuer" ? ROLES.filter((each) => each !== "admin") : ROLES;

  useEffect(() => field.current?.focus(), []);

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    setTried(true);
    if (!name.trim()) return field.current?.focus();
    const expiresAt = new Date(Date.now() + Number(days) * DAY_MS).toISOString();
    const token = { name, role, expiresAt, ...(scope.type === "issuer" && { issuerId: scope.id }) };
    run("create", () => createToken(organizationId, token), onCreated);
  }

  return html`<form class="schedule-form" aria-label=${words.make} onSubmit=${submit} novalidate>
    <h3>${words.make}</h3>
    <div class="row">
      <${TextField} label=${words.name} hint=${words.nameHint} value=${name} error=${fields.name} inputRef=${field} maxlength="100" autocomplete="off"
        onInput=${(/** @type {string} */ value) => {
          forget();
          setName(value);
        }} />
      <${Select} label=${words.role} value=${role} error=${fields.role} onInput=${setRole}
        options=${roles.map((each) => [each, words.roles[each]])} />
      <${Select} label=${words.expiry} value=${days} error=${fields.expiresAt} onInput=${setDays}
        options=${DAYS.map((number) => [String(number), words.days(number)])} />
    </div>
    <${FormProblem} problem=${problem} shown=${["name", "role", "expiresAt"]} />
    <div class="actions">
      <${Button} type="submit" look="primary" busy=${busy === "create"}>${words.create}<//>
      <${Button} onClick=${onClose}>${strings.cancel}<//>
    </div>
  </form>`;
}
