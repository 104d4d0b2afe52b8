/** The badge filter for award exports: badges of one issuer, or of several issuers in an organization. */

/**
 * @import { BadgeClassDocument, ExportScope, IssuerDocument } from "../../api/api-types.d.ts"
 * @import { Filters } from "./award-filters.js"
 * @import { Choices } from "./choices.js"
 */

import { getBadgeClasses, getIssuers } from "../../api/places.js";
import { messagesOf } from "../../api/problems.js";
import { Disclosure } from "../../shared/disclosure.js";
import { CheckBox, TextField } from "../../shared/fields.js";
import { formatNumber } from "../../shared/formats.js";
import { html, useEffect, useState } from "../../shared/html.js";
import { Loading, MoreButton, usePages } from "../../shared/loading.js";
import { strings } from "../../strings.js";
import { MAX_BADGES } from "./choices.js";

const words = strings.filters;
const PAUSE_MS = 250;

/** @typedef {{id: string, name: string}} Named */

/** @param {Filters & {scope: ExportScope}} props */
export function BadgeFields({ scope, choices, wrong, onChange }) {
  const { badges } = choices;
  const messages = messagesOf(wrong, "badgeClassIds");
  const note = noteOn(badges);
  const picker = { badges, messages, onChange };
  return html`<${Disclosure} title=${strings.badges} note=${note} isWrong=${Boolean(messages.field || messages.items.size)}>
    ${
      scope.type === "organization"
        ? html`<${BadgesByIssuer} organizationId=${scope.id} ...${picker} />`
        : html`<${BadgePicker} issuer=${scope} ...${picker} />`
    }
    <${ChosenBadges} ...${picker} />
  <//>`;
}

/** @param {Choices["badges"]} badges */
function noteOn([only, ...others]) {
  if (!only) return words.allBadges;
  return others.length
    ? words.badgesChosen(others.length + 1, formatNumber(others.length + 1))
    : words.onlyBadge(only.name);
}

/**
 * @typedef {object} Picker
 * @property {Choices["badges"]} badges the selected badges
 * @property {ReturnType<typeof messagesOf>} messages
 * @property {Filters["onChange"]} onChange
 */

/**
 * The selected badges, each with a button that removes it.
 *
 * @param {Picker} props
 */
function ChosenBadges({ badges, messages, onChange }) {
  if (badges.length === 0) return null;
  const remove = (/** @type {Named} */ badge) => onChange({ badges: badges.filter(({ id }) => id !== badge.id) });
  return html`<ul class="chosen-badges" aria-label=${words.badgesLabel}>
      ${badges.map(
        (badge, index) => html`<li key=${badge.id}>
          <button type="button" class="chip" aria-label=${words.removeBadge(badge.name)} onClick=${() => remove(badge)}><bdi>${badge.name}</bdi> ×</button>
          ${messages.items.get(index) && html`<p class="error">${messages.items.get(index)}</p>`}
        </li>`,
      )}
      <li><button type="button" class="link" onClick=${() => onChange({ badges: [] })}>${words.allBadges}</button></li>
    </ul>
    ${messages.field && html`<p class="error">${messages.field}</p>`}`;
}

/**
 * The fields that select an issuer in an organization, and then the issuer's badges.
 *
 * @param {Picker & {organizationId: string}} props
 */
function BadgesByIssuer({ organizationId, ...picker }) {
  const [issuer, setIssuer] = useState(/** @type {Named | null} */ (null));
  const [typed, search, setTyped] = useSearch();
  const pages = usePages(
    (cursor) => getIssuers(organizationId, cursor, { search, sort: "name" }),
    `issuers of ${organizationId} with ${search}`,
  );
  if (issuer) {
    return html`<div class="picked-issuer"><strong><bdi>${issuer.name}</bdi></strong>
        <button type="button" class="link" onClick=${() => setIssuer(null)}>${words.otherIssuer}</button></div>
      <${BadgePicker} key=${issuer.id} issuer=${issuer} ...${picker} />`;
  }
  return html`<${TextField} label=${words.searchIssuers} type="search" value=${typed} onInput=${setTyped} onKeyDown=${keepForm} />
    <p class="hint" role="status">${pages.items && search && words.issuersFound(pages.items.length, formatNumber(pages.items.length), pages.more !== null)}</p>
    ${
      pages.items
        ? html`<ul class="badge-choices">
            ${pages.items.map((/** @type {IssuerDocument} */ item) => html`<li key=${item.id}><button type="button" class="link" onClick=${() => setIssuer(item)}><bdi>${item.name}</bdi></button></li>`)}
          </ul>
          <${MoreButton} more=${pages.more} />`
        : html`<${Loading} loaded=${pages} lines=${4} />`
    }`;
}

/**
 * The badges of an issuer, as check boxes.
 *
 * @param {Picker & {issuer: Named}} props
 */
function BadgePicker({ issuer, badges, messages, onChange }) {
  const [typed, search, setTyped] = useSearch();
  const pages = usePages(
    (cursor) => getBadgeClasses(issuer.id, cursor, { search, sort: "name" }),
    `badges of ${issuer.id} with ${search}`,
  );
  const { items, more } = pages;
  const chosen = new Set(badges.map(({ id }) => id));
  const addable = (items ?? []).filter(({ id }) => !chosen.has(id));
  /** @type {(badge: BadgeClassDocument, checked: boolean) => void} */
  const tick = ({ id, name }, checked) => {
    const others = badges.filter((badge) => badge.id !== id);
    onChange({ badges: checked ? [...others, { id, name }] : others });
  };
  const addAll = () => onChange({ badges: [...badges, ...addable.map(({ id, name }) => ({ id, name }))] });
  const canAddAll =
    search !== "" && more === null && addable.length > 1 && badges.length + addable.length <= MAX_BADGES;

  if (items?.length === 0 && !search) return html`<p class="empty">${strings.noBadges}</p>`;
  return html`<${TextField} label=${words.search} type="search" value=${typed} onInput=${setTyped} onKeyDown=${keepForm} />
    <p class="hint found" role="status">
      ${search && items && html`<span>${words.found(items.length, formatNumber(items.length), more !== null)}</span>`}
      ${canAddAll && html`<button type="button" class="link" onClick=${addAll}>${words.addAll(formatNumber(addable.length))}</button>`}
    </p>
    ${
      items
        ? html`<ul class="badge-choices">
            ${items.map((badge) => {
              const index = badges.findIndex(({ id }) => id === badge.id);
              return html`<li key=${badge.id}>
                <${CheckBox} label=${html`<bdi>${badge.name}</bdi>`} checked=${index >= 0} error=${messages.items.get(index)}
                  onChange=${(/** @type {boolean} */ checked) => tick(badge, checked)} />
              </li>`;
            })}
          </ul>
          <${MoreButton} more=${more} />`
        : html`<${Loading} loaded=${pages} lines=${4} />`
    }`;
}

/**
 * Return the text that is typed, the text to search for after a pause in typing, and the function that changes the
 * text.
 *
 * @returns {[typed: string, search: string, setTyped: (text: string) => void]}
 */
function useSearch() {
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, search, setTyped];
}

/**
 * Prevent Enter in the search field from submitting the form.
 *
 * @param {KeyboardEvent} event
 */
function keepForm(event) {
  if (event.key === "Enter") event.preventDefault();
}
