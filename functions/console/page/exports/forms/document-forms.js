/** The forms that export an issuer or a badge as a JSON file. */

/**
 * @import { ExportScope } from "../../api/api-types.d.ts"
 * @import { Ticked } from "../kinds.js"
 * @import { ComponentChildren } from "preact"
 */

import { wrongFields } from "../../api/problems.js";
import { Button } from "../../shared/button.js";
import { OWN_TIME_ZONE } from "../../shared/formats.js";
import { html } from "../../shared/html.js";
import { FormProblem } from "../../shared/problem-notices.js";
import { Section } from "../../shared/section.js";
import { strings } from "../../strings.js";
import { useDestination } from "../destination.js";
import { useExportRequest } from "../requesting.js";
import { requestOf, useChoices } from "./choices.js";
import { FOLLOW_UPS, FollowUps, followUpsOf } from "./follow-ups.js";
import { OptionBoxes } from "./option-boxes.js";
import { Started } from "./started.js";

/** @param {{scope: ExportScope}} props */
export function IssuerExportForm({ scope }) {
  return html`<${DocumentExportForm} scope=${scope} kind="issuer" words=${strings.issuerExport} />`;
}

/** @param {{scope: ExportScope, awardsUrl: string}} props `awardsUrl` leads to the form that exports the badge's awards */
export function BadgeExportForm({ scope, awardsUrl }) {
  const { awards } = strings.badgeExport;
  return html`<${DocumentExportForm} scope=${scope} kind="badge-class" words=${strings.badgeExport}>
    <p class="lead">${awards.text} <a href=${awardsUrl}>${awards.link}</a></p>
  <//>`;
}

/**
 * @param {object} props
 * @param {ExportScope} props.scope
 * @param {"issuer" | "badge-class"} props.kind
 * @param {Pick<typeof strings.issuerExport, "title" | "text" | "include" | "action">} props.words
 * @param {ComponentChildren} [props.children] shown before the form
 */
function DocumentExportForm({ scope, kind, words, children }) {
  const destination = useDestination();
  const request = useExportRequest(scope);
  const { choices, change, reset } = useChoices(scope, kind);

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    request.ask({ ...requestOf(kind, choices, OWN_TIME_ZONE), ...followUpsOf(choices, destination) });
  }

  return html`<${Section} title=${words.title} text=${words.text}>
    ${children}
    <form onSubmit=${submit}>
      <fieldset class="plain">
        <legend>${words.include}</legend>
        <${OptionBoxes} kind=${kind} ticked=${choices.ticked} problem=${request.problem}
          onChange=${(/** @type {Ticked} */ ticked) => change({ ticked })} />
      </fieldset>
      <${FollowUps} choices=${choices} wrong=${wrongFields(request.problem)} onChange=${change} />
      <${FormProblem} problem=${request.problem} shown=${["includeAssertions", ...FOLLOW_UPS]} />
      <div class="actions">
        <${Button} type="submit" look="primary" busy=${request.asking}>${words.action}<//>
        <${Button} look="quiet" onClick=${reset}>${strings.reset}<//>
        <${Started} request=${request} />
      </div>
    </form>
  <//>`;
}
