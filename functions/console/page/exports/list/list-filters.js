/** The filters above the list of exports. */

/**
 * @import { ExportDocument, ExportScope, ScheduleDocument } from "../../api/api-types.d.ts"
 * @import { Filters } from "./exports-of-scope.js"
 */

import { signedInEmail } from "../../session/session.js";
import { html, useRef } from "../../shared/html.js";
import { strings } from "../../strings.js";
import { KINDS } from "../kinds.js";

const words = strings.exports;

/** @type {Filters} */
export const NO_FILTERS = { kind: "", requestedBy: "", scheduleId: "" };

/**
 * Return the kind of trail exports, unless the scope is a badge, which has no trail.
 * @type {(scope: ExportScope) => "trail"[]}
 */
const withTrail = ({ type }) => (type === "badge-class" ? [] : ["trail"]);

/**
 * The filters by kind, person, and schedule, and the check box that shows deleted exports. Filters with a single value
 * are omitted.
 *
 * @param {object} props
 * @param {ExportScope} props.scope
 * @param {ExportDocument[]} props.items
 * @param {ScheduleDocument[] | undefined} props.schedules
 * @param {Filters} props.filters
 * @param {(filters: Filters) => void} props.onChange
 * @param {boolean} props.showsDeleted
 * @param {(showsDeleted: boolean) => void} props.onShowDeleted
 */
export function ListFilters({ scope, items, schedules, filters, onChange, showsDeleted, onShowDeleted }) {
  // A filtered list contains only one person's exports, but other people must remain selectable.
  const people = useRef(new Set([signedInEmail()]));
  for (const { requestedBy } of items) people.current.add(requestedBy);
  const named = useRef(/** @type {Map<string, string>} */ (new Map()));
  for (const { id, name } of schedules ?? []) named.current.set(id, name);

  /** @param {Partial<Filters>} part */
  const change = (part) => {
    const now = { ...filters, ...part };
    onChange(Object.values(now).some(Boolean) ? now : NO_FILTERS);
  };
  /** @type {(label: string, all: string, name: keyof Filters, options: [value: string, text: string][], least?: number) => unknown} */
  const select = (label, all, name, options, least = 2) =>
    options.length >= least || filters[name]
      ? html`<select aria-label=${label} value=${filters[name]}
          onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => change({ [name]: event.currentTarget.value })}>
          ${[["", all], ...options].map(([value, text]) => html`<option key=${value} value=${value} selected=${value === filters[name]}>${text}</option>`)}
        </select>`
      : null;

  return html`<div class="list-filters" role="group" aria-label=${words.filters}>
    ${select(
      words.kind,
      words.allKinds,
      "kind",
      [...KINDS[scope.type], ...withTrail(scope)].map((kind) => [kind, strings.kinds[kind]]),
    )}
    ${select(
      words.person,
      words.anyone,
      "requestedBy",
      [...people.current].map((email) => [email, email === signedInEmail() ? words.onlyMine : email]),
    )}
    ${select(words.schedule, words.anySchedule, "scheduleId", [...named.current], 1)}
    <label class="check-inline"><input type="checkbox" checked=${showsDeleted} onChange=${() => onShowDeleted(!showsDeleted)} /> ${words.showDeleted}</label>
  </div>`;
}
