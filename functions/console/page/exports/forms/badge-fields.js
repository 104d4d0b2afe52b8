/** The filter of award exports that selects badges. */

/**
 * @import { BadgeClassDocument } from "../../api/api-types.d.ts"
 * @import { Filters } from "./award-filters.js"
 * @import { Choices } from "./choices.js"
 */

import { getBadgeClasses } from "../../api/places.js";
import { messagesOf } from "../../api/problems.js";
import { Button } from "../../shared/button.js";
import { Disclosure } from "../../shared/disclosure.js";
import { CheckBox, TextField } from "../../shared/fields.js";
import { formatNumber } from "../../shared/formats.js";
import { html, useEffect, useState } from "../../shared/html.js";
import { Loading, MoreButton, usePages } from "../../shared/loading.js";
import { strings } from "../../strings.js";

const words = strings.filters;

// More are hard to read through, and a search finds the others.
const MOST_SHOWN = 200;

/** @param {Filters & {issuerId: string}} props */
export function BadgeFields({ issuerId, choices, wrong, onChange }) {
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
  if (!pages.items) return html`<${Loading} loaded=${pages} lines=${4} />`;
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
