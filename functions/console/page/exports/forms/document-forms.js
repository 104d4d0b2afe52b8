/** The forms that export an issuer or a badge as a JSON file. */

/**
 * @import { ExportScope } from "../../api/api-types.d.ts"
 * @import { Ticked } from "../kinds.js"
 */

import { wrongFields } from "../../api/problems.js";
import { Button } from "../../shared/button.js";
import { OWN_TIME_ZONE } from "../../shared/formats.js";
import { html } from "../../shared/html.js";
import { FormProblem } from "../../shared/problem-notices.js";
import { Section } from "../../shared/section.js";
import { strings } from "../../strings.js";
import { useExportRequest } from "../requesting.js";
import { requestOf, useChoices } from "./choices.js";
import { followUpsOf, NotifyBox } from "./notify-box.js";
import { OptionBoxes } from "./option-boxes.js";
import { Started } from "./started.js";

/** @param {{scope: ExportScope}} props */
export function IssuerExportForm({ scope }) {
  return html`<${DocumentExportForm} scope=${scope} kind="issuer" words=${strings.issuerExport} />`;
}

/** @param {{scope: ExportScope}} props */
export function BadgeExportForm({ scope }) {
  return html`<${DocumentExportForm} scope=${scope} kind="badge-class" words=${strings.badgeExport} />`;
}

/**
 * @param {object} props
 * @param {ExportScope} props.scope
 * @param {"issuer" | "badge-class"} props.kind
 * @param {typeof strings.issuerExport} props.words
 */
function DocumentExportForm({ scope, kind, words }) {
  const request = useExportRequest(scope);
  const { choices, change, reset } = useChoices(scope, kind);

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    request.ask({ ...requestOf(kind, choices, OWN_TIME_ZONE), ...followUpsOf(choices) });
  }

  return html`<${Section} title=${words.title} text=${words.text}>
    <form onSubmit=${submit}>
      <fieldset class="plain">
        <legend>${words.include}</legend>
        <${OptionBoxes} kind=${kind} ticked=${choices.ticked} problem=${request.problem}
          onChange=${(/** @type {Ticked} */ ticked) => change({ ticked })} />
      </fieldset>
      <${NotifyBox} checked=${choices.notify} error=${wrongFields(request.problem).notify}
        onChange=${(/** @type {boolean} */ notify) => change({ notify })} />
      <${FormProblem} problem=${request.problem} shown=${["includeAssertions", "notify"]} />
      <div class="actions">
        <${Button} type="submit" look="primary" busy=${request.asking}>${words.action}<//>
        <${Button} look="quiet" onClick=${reset}>${strings.reset}<//>
        <${Started} request=${request} />
      </div>
    </form>
  <//>`;
}
