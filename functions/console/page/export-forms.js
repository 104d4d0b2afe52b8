/** The forms that request exports: awards, an issuer, its groups, a badge. */

/**
 * @import { ComponentChildren } from "preact"
 * @import { ExportScope } from "./api-types.d.ts"
 * @import { ExportKind, Ticked } from "./export-kinds.js"
 */

import { chosenOptions, OptionBoxes } from "./export-kinds.js";
import { Started, useExportRequest } from "./export-requests.js";
import { Button, FormProblem, TextField } from "./fields.js";
import { OWN_TIME_ZONE } from "./formats.js";
import { html, useRef, useState } from "./html.js";
import { Problem } from "./problems.js";
import { strings } from "./strings.js";

/**
 * Awards of an organization or an issuer, between two dates.
 *
 * @param {{scope: ExportScope & {type: "organization" | "issuer"}}} props
 */
export function AwardExportForm({ scope }) {
  const request = useExportRequest(scope);
  const [after, setAfter] = useState("");
  const [before, setBefore] = useState("");
  const [wrong, setWrong] = useState(/** @type {{awardedAfter?: string, awardedBefore?: string}} */ ({}));
  const afterInput = useRef(/** @type {HTMLInputElement | null} */ (null));
  const beforeInput = useRef(/** @type {HTMLInputElement | null} */ (null));
  const fields = { ...(request.problem instanceof Problem && request.problem.fields), ...wrong };

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    // An incomplete date reads as no date, which would export everything.
    /** @type {typeof wrong} */
    const found = {};
    if (after && before && after > before) found.awardedAfter = strings.awards.wrongWayRound;
    if (afterInput.current?.validity.badInput) found.awardedAfter = strings.awards.wholeDate;
    if (beforeInput.current?.validity.badInput) found.awardedBefore = strings.awards.wholeDate;
    setWrong(found);
    const first = found.awardedAfter ? afterInput : found.awardedBefore && beforeInput;
    if (first) return first.current?.focus();
    const days = { ...(after && { awardedAfter: after }), ...(before && { awardedBefore: before }) };
    request.ask({ kind: "awards", ...days, timeZone: OWN_TIME_ZONE });
  }

  return html`<${Section} title=${strings.awards.title} text=${strings.awards.text[scope.type]}>
    <form onSubmit=${submit} novalidate>
      <div class="row">
        <${TextField} label=${strings.awards.after} type="date" value=${after} onInput=${setAfter}
          inputRef=${afterInput} error=${fields.awardedAfter} max="9999-12-31" />
        <${TextField} label=${strings.awards.before} type="date" value=${before} onInput=${setBefore}
          inputRef=${beforeInput} error=${fields.awardedBefore} max="9999-12-31" />
      </div>
      <p class="hint">${strings.awards.days(OWN_TIME_ZONE)}</p>
      <${FormProblem} problem=${request.problem} shown=${["awardedAfter", "awardedBefore"]} />
      <div class="actions">
        <${Button} type="submit" look="primary" busy=${request.asking}>${strings.awards.action}<//>
        <${Started} request=${request} />
      </div>
    </form>
  <//>`;
}

/** @param {{scope: ExportScope}} props */
export function IssuerExportForm({ scope }) {
  return html`<${DocumentExportForm} scope=${scope} kind="issuer" words=${strings.issuerExport} />`;
}

/** @param {{scope: ExportScope}} props */
export function BadgeExportForm({ scope }) {
  return html`<${DocumentExportForm} scope=${scope} kind="badge-class" words=${strings.badgeExport} />`;
}

/** @type {("groups" | "group-badges" | "learner-progress")[]} */
const GROUP_KINDS = ["groups", "group-badges", "learner-progress"];

/**
 * Group exports: three files about the same groups.
 *
 * @param {{scope: ExportScope}} props
 */
export function GroupsExportForm({ scope }) {
  const request = useExportRequest(scope);
  const [ticked, setTicked] = useState(/** @type {Ticked} */ ({}));
  /** @param {ExportKind} kind */
  const ask = (kind) => () => request.ask({ kind, ...chosenOptions(kind, ticked) });
  return html`<${Section} title=${strings.groups.title} text=${strings.groups.text}>
    <form onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <fieldset class="plain">
        <legend>${strings.groups.include}</legend>
        <${OptionBoxes} kind="groups" ticked=${ticked} problem=${request.problem} onChange=${setTicked} />
      </fieldset>
      <p class="hint">${strings.groups.archivedForAll}</p>
      <${FormProblem} problem=${request.problem} shown=${["includeArchived", "includeCreation", "includeExpiration", "includeStaff"]} />
      <div class="actions">
        ${GROUP_KINDS.map(
          (kind) => html`<${Button} key=${kind}
            look=${kind === "groups" ? "primary" : "plain"} busy=${request.asking === kind}
            onClick=${ask(kind)}>${strings.groups.actions[kind]}<//>`,
        )}
        <${Started} request=${request} />
      </div>
    </form>
  <//>`;
}

/**
 * A part of a data management page.
 *
 * @param {{title: string, text?: string, children: ComponentChildren}} props
 */
export function Section({ title, text, children }) {
  return html`<section class="card">
    <h2>${title}</h2>
    ${text && html`<p class="lead">${text}</p>`}
    ${children}
  </section>`;
}

/**
 * @param {object} props
 * @param {ExportScope} props.scope
 * @param {"issuer" | "badge-class"} props.kind
 * @param {typeof strings.issuerExport} props.words
 */
function DocumentExportForm({ scope, kind, words }) {
  const request = useExportRequest(scope);
  const [ticked, setTicked] = useState(/** @type {Ticked} */ ({}));

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    request.ask({ kind, ...chosenOptions(kind, ticked) });
  }

  return html`<${Section} title=${words.title} text=${words.text}>
    <form onSubmit=${submit}>
      <fieldset class="plain">
        <legend>${words.include}</legend>
        <${OptionBoxes} kind=${kind} ticked=${ticked} problem=${request.problem} onChange=${setTicked} />
      </fieldset>
      <${FormProblem} problem=${request.problem} shown=${["includeAssertions"]} />
      <div class="actions">
        <${Button} type="submit" look="primary" busy=${request.asking}>${words.action}<//>
        <${Started} request=${request} />
      </div>
    </form>
  <//>`;
}
