/** The filters of award exports: dates and status. */

/**
 * @import { ExportScope, Status } from "../../api/api-types.d.ts"
 * @import { Choices } from "./choices.js"
 */

import { messagesOf } from "../../api/problems.js";
import { Disclosure } from "../../shared/disclosure.js";
import { CheckBox, TextField } from "../../shared/fields.js";
import { html, useId } from "../../shared/html.js";
import { strings } from "../../strings.js";
import { BadgeFields } from "./badge-fields.js";
import { STATUSES } from "./choices.js";

const words = strings.filters;

/**
 * @typedef {object} Filters
 * @property {Choices} choices
 * @property {Record<string, string>} wrong messages by field
 * @property {(part: Partial<Choices>) => void} onChange
 */

/**
 * The fields for the first and last date of a period.
 *
 * @param {Filters & {of: "awarded" | "expires"}} props
 */
export function DateFields({ of, choices, wrong, onChange }) {
  /** @param {"awardedAfter" | "awardedBefore" | "expiresAfter" | "expiresBefore"} name */
  const field = (
    name,
  ) => html`<${TextField} key=${name} label=${strings.dates[name]} type="date" name=${name} max="9999-12-31"
    value=${choices[name]} error=${wrong[name]}
    onInput=${(/** @type {string} */ value) => onChange({ [name]: value })} />`;
  return html`<div class="row">${field(`${of}After`)}${field(`${of}Before`)}</div>`;
}

/**
 * The filters that most exports don't need.
 *
 * @param {Filters & {scope: ExportScope}} props
 */
export function AwardFilters({ scope, choices, wrong, onChange }) {
  const errorId = useId();
  const hasExpiry = choices.expiresAfter !== "" || choices.expiresBefore !== "";
  const statuses = choices.status.length < STATUSES.length ? choices.status : [];
  const note = words.note(hasExpiry, statuses);
  const isWrong = Boolean(wrong.expiresAfter || wrong.expiresBefore || messagesOf(wrong, "status").field);
  /** @type {(name: Status, checked: boolean) => void} */
  const tick = (name, checked) =>
    onChange({ status: STATUSES.filter((other) => (other === name ? checked : choices.status.includes(other))) });
  return html`<${Disclosure} title=${words.title} note=${note} isWrong=${isWrong}>
      <${DateFields} of="expires" choices=${choices} wrong=${wrong} onChange=${onChange} />
      <p class="hint">${words.expiryHint}</p>
      <fieldset class="plain">
        <legend>${words.status}</legend>
        <div class="checks narrow">
          ${STATUSES.map(
            (name, index) => html`<${CheckBox} key=${name} label=${words.statuses[name]}
              checked=${choices.status.includes(name)} wrongBy=${wrong.status && index === 0 ? errorId : undefined}
              onChange=${(/** @type {boolean} */ checked) => tick(name, checked)} />`,
          )}
        </div>
        ${wrong.status && html`<p class="error" id=${errorId}>${wrong.status}</p>`}
      </fieldset>
    <//>
    <${BadgeFields} scope=${scope} choices=${choices} wrong=${wrong} onChange=${onChange} />`;
}
