/** The source of a new badge: an image, a web address, or JSON. */

/** @import { ReplacementSource } from "../api/api-types.d.ts"
 * @import { Draft, Way } from "./sources.js"
 */

import { Problem } from "../api/problems.js";
import { Button } from "../shared/button.js";
import { Choice, TextArea, TextField } from "../shared/fields.js";
import { focusInvalidField } from "../shared/focus.js";
import { formatBytes } from "../shared/formats.js";
import { html, useEffect, useRef, useState } from "../shared/html.js";
import { FormProblem, TechnicalDetails } from "../shared/problem-notices.js";
import { strings } from "../strings.js";
import { useDropsAndPastes } from "./drops-and-pastes.js";
import { ImageField } from "./image-field.js";
import { explained } from "./rejections.js";
import { draftWith, draftWithText, MAX_IMAGE_BYTES, sourceOf, webAddress } from "./sources.js";

const words = strings.replace;

/**
 * A source that was sent for a preview.
 * @typedef {{source: ReplacementSource, way: Way}} Sent
 */

/**
 * An error, and the source that caused it, if any.
 * @typedef {Error & {sent?: Sent}} SourceError
 */

/**
 * The form for a source. Files and text that are pasted or dropped anywhere on the page appear in the field that fits
 * them.
 *
 * @param {object} props
 * @param {Draft} props.draft
 * @param {boolean} props.busy
 * @param {SourceError | null} props.problem
 * @param {(draft: Draft) => void} props.onDraft
 * @param {(sent: Sent) => void} props.onContinue
 */
export function SourceForm({ draft, busy, problem, onDraft, onContinue }) {
  const { way, image, url, json } = draft;
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const [isChecked, setChecked] = useState(false);
  const sent = problem?.sent;
  const rejection = problem instanceof Problem && sent?.way === way ? explained(problem, way, sent.source) : null;
  const found = isChecked || (way === "image" && image) ? wrongWith(draft) : "";
  const error = found || (rejection?.text ?? "");

  useEffect(() => {
    if (problem?.sent) focusInvalidField(form.current);
  }, [problem]);

  /** @param {Partial<Draft>} changed */
  function change(changed) {
    setChecked(false);
    onDraft({ ...draft, ...changed });
  }

  /** @param {File | string} given */
  async function take(given) {
    const next = await draftWith(draft, given);
    if (next) change(next);
    return next !== null;
  }
  useDropsAndPastes(take);

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const text = { image: "", url, json }[way];
    const fitting = { ...draft, ...(text && draftWithText(draft, text)) };
    if (fitting.way === "url") fitting.url = webAddress(fitting.url) ?? fitting.url;
    onDraft(fitting);
    setChecked(true);
    const source = await sourceOf(fitting);
    if (source) onContinue({ source, way: fitting.way });
  }

  return html`<form ref=${form} class="source-form" onSubmit=${submit} novalidate>
    <${Choice} label=${words.from} name="source" value=${way} choices=${Object.entries(words.ways)}
      onChange=${(/** @type {Way} */ next) => change({ way: next })} />
    ${way === "image" && html`<${ImageField} file=${image} error=${error} onFile=${take} />`}
    ${
      way === "url" &&
      html`<${TextField} label=${words.url} hint=${words.urlHint} type="url" inputmode="url" autocomplete="off" value=${url}
        onInput=${(/** @type {string} */ text) => change({ url: text })} error=${error} />`
    }
    ${
      way === "json" &&
      html`<${TextArea} label=${words.json} hint=${words.jsonHint} rows="8" spellcheck="false" value=${json}
        onInput=${(/** @type {string} */ text) => change({ json: text })} error=${error} />`
    }
    ${!found && rejection?.details && html`<${TechnicalDetails} text=${rejection.details} />`}
    <${FormProblem} problem=${problem?.sent ? null : problem} />
    <div class="actions"><${Button} type="submit" look="primary" busy=${busy}>${words.review}<//></div>
  </form>`;
}

/**
 * Return the error that the page's own checks find in a draft, or "".
 *
 * @param {Draft} draft
 */
function wrongWith({ way, image, url, json }) {
  const isMissing = { image: !image, url: !url.trim(), json: !json.trim() }[way];
  if (isMissing) return words.missing[way];
  if (way === "image" && image && image.size > MAX_IMAGE_BYTES) return words.tooLarge(formatBytes(image.size));
  return way === "url" && webAddress(url) === null ? words.notAddress : "";
}
