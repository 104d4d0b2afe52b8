/** The form that exports awards. */

/**
 * @import { ExportScope } from "../../api/api-types.d.ts"
 * @import { Choices } from "./choices.js"
 */

import { getBadgeClass } from "../../api/places.js";
import { useAddressParameters } from "../../shared/address.js";
import { OWN_TIME_ZONE } from "../../shared/formats.js";
import { html, useEffect } from "../../shared/html.js";
import { goToPart } from "../../shared/part-link.js";
import { Section } from "../../shared/section.js";
import { strings } from "../../strings.js";
import { AwardCount, useAwardCount } from "./award-count.js";
import { AwardFilters, DateFields } from "./award-filters.js";
import { useChoices } from "./choices.js";
import { ColumnFields } from "./column-fields.js";
import { DatePresets } from "./date-presets.js";
import { FileFields } from "./file-fields.js";
import { TableActions, useTableForm } from "./table-form.js";

/**
 * The form for the awards of an organization or an issuer. Parameters in the page's address can set the dates, such as
 * `?awardedAfter=2026-01-01&awardedBefore=2026-01-31`, and one of the issuer's badges: `?badge=lab-safety`.
 *
 * @param {{scope: ExportScope & {type: "organization" | "issuer"}}} props
 */
export function AwardExportForm({ scope }) {
  const form = useTableForm(scope);
  const { choices, change, reset } = useChoices(scope, "awards");
  const count = useAwardCount(scope, choices);
  const fields = { choices, wrong: form.wrong, onChange: form.changing(change) };
  const parameters = useAddressParameters();
  const dates = { awardedAfter: dayIn(parameters, "awardedAfter"), awardedBefore: dayIn(parameters, "awardedBefore") };

  useEffect(() => {
    if (!dates.awardedAfter && !dates.awardedBefore) return;
    fields.onChange(dates);
    goToPart("awards");
  }, [dates.awardedAfter, dates.awardedBefore]);

  useBadge(parameters.get("badge"), scope, fields.onChange);

  return html`<${Section} title=${strings.awards.title} text=${strings.awards.text[scope.type]}>
    <form ref=${form.element} onSubmit=${form.submitting("awards", choices)} novalidate>
      <${DatePresets} ...${choices} onChange=${fields.onChange} />
      <${DateFields} of="awarded" ...${fields} />
      <p class="hint">${strings.awards.days(OWN_TIME_ZONE)}</p>
      <${AwardFilters} scope=${scope} ...${fields} />
      <${FileFields} ...${fields} />
      <${ColumnFields} kind="awards" scopeType=${scope.type} choices=${choices} wrong=${form.wrong}
        onChange=${(/** @type {Choices["columns"]} */ columns) => fields.onChange({ columns })}
        hint=${strings.awards.timesInFile} />
      <${AwardCount} count=${count} choices=${choices} onSwap=${fields.onChange} />
      <${TableActions} form=${form} kind="awards" choices=${choices} onChange=${fields.onChange} reset=${reset}
        action=${count === 0 ? strings.awards.emptyFile : strings.awards.actions[choices.format]} />
    </form>
  <//>`;
}

/**
 * Select the badge that a link names, unless it doesn't exist or belongs to another issuer.
 *
 * @param {string | null} badgeId
 * @param {ExportScope} scope
 * @param {(part: Pick<Choices, "badges">) => void} onChange
 */
function useBadge(badgeId, scope, onChange) {
  useEffect(() => {
    if (!badgeId) return;
    let isCurrent = true;
    goToPart("awards");
    getBadgeClass(badgeId).then(
      ({ id, name, issuerId }) => isCurrent && issuerId === scope.id && onChange({ badges: [{ id, name }] }),
      () => {},
    );
    return () => {
      isCurrent = false;
    };
  }, [badgeId, scope.id]);
}

/** @type {(parameters: URLSearchParams, name: string) => string} */
function dayIn(parameters, name) {
  const day = parameters.get(name) ?? "";
  return /^\d{4}-\d\d-\d\d$/.test(day) ? day : "";
}
