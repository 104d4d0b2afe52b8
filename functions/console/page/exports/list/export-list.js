/** The exports of a scope as a table: those in progress, and those that have ended, newest first. */

/**
 * @import { ExportDocument, ExportScope, ScheduleDocument } from "../../api/api-types.d.ts"
 * @import { Filters } from "./exports-of-scope.js"
 */

import { getSchedules } from "../../api/schedules.js";
import { signedInEmail } from "../../session/session.js";
import { useAddressParameters } from "../../shared/address.js";
import { formatNumber } from "../../shared/formats.js";
import { html, useEffect, useState } from "../../shared/html.js";
import { Loading, MoreButton, useLoaded } from "../../shared/loading.js";
import { goToPart } from "../../shared/part-link.js";
import { strings } from "../../strings.js";
import { isActive, isDeleted } from "../watching.js";
import { DeleteDialog } from "./delete-dialog.js";
import { ExportRow } from "./export-row.js";
import { useExports } from "./exports-of-scope.js";
import { ListFilters, NO_FILTERS } from "./list-filters.js";

const words = strings.exports;

/**
 * The list of exports of one scope.
 *
 * @param {{scope: ExportScope, mayEdit: boolean}} props `mayEdit` allows deleting other people's exports
 */
export function ExportList({ scope, mayEdit }) {
  const parameters = useAddressParameters();
  const linkedId = parameters.get("export");
  const [filters, setFilters] = useState(NO_FILTERS);
  useSchedule(parameters.get("schedule"), setFilters);
  const [showsDeleted, setShowsDeleted] = useState(false);
  const loaded = useExports(scope, filters, linkedId);
  const schedules = useSchedules(scope, loaded.items ?? []);
  const [selected, setSelected] = useState(/** @type {Set<string>} */ (new Set()));
  // A copy of the selection, because each deleted export leaves the list.
  const [deleting, setDeleting] = useState(/** @type {ExportDocument[] | null} */ (null));

  const shown = loaded.items?.filter((exported) => showsDeleted || !isDeleted(exported) || exported.id === linkedId);
  const mayDelete = (/** @type {ExportDocument} */ exported) =>
    (isActive(exported) || exported.status === "succeeded") && (mayEdit || exported.requestedBy === signedInEmail());
  const deletable = shown?.filter(mayDelete) ?? [];
  const chosen = deletable.filter(({ id }) => selected.has(id));

  /** @type {(id: string) => (isSelected: boolean) => void} */
  const select = (id) => (isSelected) => {
    const others = [...selected].filter((other) => other !== id);
    setSelected(new Set(isSelected ? [...others, id] : others));
  };
  const selectAll = () => setSelected(new Set(chosen.length < deletable.length ? deletable.map(({ id }) => id) : []));

  return html`<section class="card exports" aria-busy=${loaded.items || loaded.problem ? undefined : "true"}>
    <header class="card-header">
      <h2>${words.heading}</h2>
      <${ListFilters} scope=${scope} items=${loaded.items ?? []} schedules=${schedules} filters=${filters}
        onChange=${setFilters} showsDeleted=${showsDeleted} onShowDeleted=${setShowsDeleted} />
    </header>
    <${Loading} loaded=${loaded} lines=${6} />
    ${shown?.length === 0 && !loaded.more && html`<p class="empty">${filters === NO_FILTERS ? words.none : words.noneFound}</p>`}
    ${
      shown?.length
        ? html`<table role="table" class="export-list" aria-label=${words.heading}>
            <thead role="rowgroup" class=${chosen.length > 0 ? "selecting" : undefined}><tr role="row">
              <td role="cell" class="select">
                ${
                  deletable.length > 0 &&
                  html`<input type="checkbox" aria-label=${words.selectAll} checked=${chosen.length === deletable.length}
                    indeterminate=${chosen.length > 0 && chosen.length < deletable.length} onChange=${selectAll} />`
                }
              </td>
              ${
                chosen.length > 0
                  ? html`<th role="columnheader" scope="col" colspan="5" class="selection">
                      <span role="status">${words.selected(formatNumber(chosen.length))}</span>
                      <button type="button" class="link bad" onClick=${() => setDeleting(chosen)}>${words.deleteCount(chosen.length, formatNumber(chosen.length))}</button>
                      <button type="button" class="link" onClick=${() => setSelected(new Set())}>${words.clearSelection}</button>
                    </th>`
                  : words.columns.map((name) => html`<th role="columnheader" scope="col" key=${name}>${name}</th>`)
              }
              ${chosen.length === 0 && html`<td role="cell"></td>`}
            </tr></thead>
            <tbody role="rowgroup">
              ${shown.map(
                (
                  exported,
                ) => html`<${ExportRow} key=${exported.id} exported=${exported} scope=${scope} schedules=${schedules}
                  isLinked=${exported.id === linkedId} isSelected=${selected.has(exported.id)}
                  onSelect=${mayDelete(exported) ? select(exported.id) : undefined} />`,
              )}
            </tbody>
          </table>`
        : null
    }
    <${MoreButton} more=${loaded.more} />
    ${deleting && html`<${DeleteDialog} exports=${deleting} onClose=${() => setDeleting(null)} />`}
  </section>`;
}

/**
 * Show only the runs of the schedule that a link names.
 *
 * @param {string | null} scheduleId
 * @param {(filters: Filters) => void} setFilters
 */
function useSchedule(scheduleId, setFilters) {
  useEffect(() => {
    if (!scheduleId) return;
    setFilters({ ...NO_FILTERS, scheduleId });
    goToPart("exports");
  }, [scheduleId]);
}

/**
 * Return the schedules of a scope if one of them requested an export. They are loaded again when a new schedule's first
 * export appears.
 *
 * @param {ExportScope} scope
 * @param {ExportDocument[]} items
 * @returns {ScheduleDocument[] | undefined}
 */
function useSchedules(scope, items) {
  const ids = [...new Set(items.flatMap(({ scheduleId }) => scheduleId ?? []))].sort().join();
  const load = async () => (ids ? (await getSchedules(scope)).items : []);
  const { value } = useLoaded(load, `schedules ${ids} of ${scope.type} ${scope.id}`);
  return value;
}
