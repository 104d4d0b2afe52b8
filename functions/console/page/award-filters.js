/** The filters of award exports: dates, status, and badges. */

/**
 * @import { BadgeClassDocument, ExportScope, Status } from "./api-types.d.ts"
 * @import { Choices } from "./export-choices.js"
 */

import { getBadgeClasses } from "./api.js";
import { STATUSES } from "./export-choices.js";
import { Button, CheckBox, Disclosure, LoadProblem, TextField } from "./fields.js";
import { formatNumber } from "./formats.js";
import { html, useEffect, useState } from "./html.js";
import { MoreButton, Skeleton, usePages } from "./loading.js";
import { messagesOf } from "./problems.js";
import { strings } from "./strings.js";

const words = strings.filters;

// More are hard to read through, and a search finds the others.
const MOST_SHOWN = 200;

/**
 * @typedef {object} Filters
 * @property {Choices} choices
 * @property {Record<string, string>} wrong messages by field
 * @property {(part: Partial<Choices>) => void} onChange
 */

/**
 * Two dates between which something happened.
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
 * The filters that most exports don't need. Badges can be chosen within an issuer.
 *
 * @param {Filters & {scope: ExportScope}} props
 */
export function AwardFilters({ scope, choices, wrong, onChange }) {
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
              checked=${choices.status.includes(name)} error=${index === 0 ? wrong.status : undefined}
              onChange=${(/** @type {boolean} */ checked) => tick(name, checked)} />`,
          )}
        </div>
      </fieldset>
    <//>
    ${
      scope.type === "issuer" &&
      html`<${BadgeFields} issuerId=${scope.id} choices=${choices} wrong=${wrong} onChange=${onChange} />`
    }`;
}

/** @param {Filters & {issuerId: string}} props */
function BadgeFields({ issuerId, choices, wrong, onChange }) {
  const { badges } = choices;
  const messages = messagesOf(wrong, "badgeClassIds");
  const note = badges.length ? words.badgesChosen(badges.length, formatNumber(badges.length)) : words.allBadges;
  return html`<${Disclosure} title=${strings.badges} note=${note} isWrong=${Boolean(messages.field || messages.items.size)}>
    <${BadgeList} issuerId=${issuerId} badges=${badges} messages=${messages} onChange=${onChange} />
  <//>`;
}

/**
 * @param {object} props
 * @param {string} props.issuerId
 * @param {Choices["badges"]} props.badges those that are chosen
 * @param {ReturnType<typeof messagesOf>} props.messages
 * @param {Filters["onChange"]} props.onChange
 */
function BadgeList({ issuerId, badges, messages, onChange }) {
  const pages = usePages((cursor) => getBadgeClasses(issuerId, cursor), `badges of ${issuerId}`);
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLocaleLowerCase();
  // The API has no search, so all pages are read first.
  const isSearching = wanted !== "" && pages.more !== null && !pages.more.problem;
  useEffect(() => {
    if (isSearching && !pages.more?.busy) pages.more?.showMore();
  }, [isSearching, pages.items?.length]);
  if (pages.problem) return html`<${LoadProblem} problem=${pages.problem} onRetry=${pages.reload} />`;
  if (!pages.items) return html`<${Skeleton} lines=${4} />`;
  if (pages.items.length === 0) return html`<p class="empty">${strings.noBadges}</p>`;

  const found = pages.items.filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
  const chosen = new Set(badges.map(({ id }) => id));
  const shown = found.filter(({ id }, index) => index < MOST_SHOWN || chosen.has(id));
  const listed = new Set(pages.items.map(({ id }) => id));
  const unlisted = badges.flatMap(({ id }, index) => (listed.has(id) ? [] : (messages.items.get(index) ?? [])));
  /** @type {(badge: BadgeClassDocument, checked: boolean) => void} */
  const tick = ({ id, name }, checked) => {
    const others = badges.filter((badge) => badge.id !== id);
    onChange({ badges: checked ? [...others, { id, name }] : others });
  };
  /** @type {(event: KeyboardEvent) => void} */
  const keepForm = (event) => event.key === "Enter" && event.preventDefault(); // which would send the form
  return html`<${TextField} label=${words.search} type="search" value=${search} onInput=${setSearch} onKeyDown=${keepForm}
      error=${[messages.field, ...unlisted].filter(Boolean).join(" ") || undefined} />
    <p class="hint" role="status">${wanted && words.found(found.length, formatNumber(found.length), isSearching)}</p>
    <ul class="badge-choices">
      ${shown.map((badge) => {
        const index = badges.findIndex(({ id }) => id === badge.id);
        return html`<li key=${badge.id}>
          <${CheckBox} label=${html`<bdi>${badge.name}</bdi>`} checked=${index >= 0} error=${messages.items.get(index)}
            onChange=${(/** @type {boolean} */ checked) => tick(badge, checked)} />
        </li>`;
      })}
    </ul>
    ${found.length > shown.length && html`<p class="hint">${words.moreFound(formatNumber(MOST_SHOWN))}</p>`}
    ${!wanted && html`<${MoreButton} more=${pages.more} />`}
    ${
      badges.length > 0 &&
      html`<div class="actions small"><${Button} onClick=${() => onChange({ badges: [] })}>${words.allBadges}<//></div>`
    }`;
}
