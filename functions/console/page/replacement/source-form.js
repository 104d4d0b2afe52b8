/** The source of a new badge: an image, a URL, or JSON. */

/** @import { ReplacementSource } from "../api/api-types.d.ts" */

import { Button } from "../shared/button.js";
import { Choice, TextArea, TextField } from "../shared/fields.js";
import { formatBytes } from "../shared/formats.js";
import { html, useState } from "../shared/html.js";
import { FormProblem } from "../shared/problem-notices.js";
import { strings } from "../strings.js";
import { ImageField } from "./image-field.js";

const words = strings.replace;

const MAX_IMAGE_BYTES = 4 * 1024 * 1024;

/** @typedef {"image" | "url" | "json"} Way */

/**
 * An error, and the kind of source (`way`) that caused it, if any.
 * @typedef {Error & {way?: Way}} SourceError
 */

/**
 * The form for a source. `onContinue` gets `{image}`, `{url}`, or `{json}`, in the API's format, and its name. A
 * `problem` with this `way` is shown at its field.
 *
 * @param {object} props
 * @param {boolean} props.busy
 * @param {SourceError | null} props.problem
 * @param {(source: ReplacementSource, way: Way) => void} props.onContinue
 */
export function SourceForm({ busy, problem, onContinue }) {
  const [way, setWay] = useState(/** @type {Way} */ ("image"));
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [url, setUrl] = useState("");
  const [json, setJson] = useState("");
  const [missing, setMissing] = useState("");
  const source = { image: file, url: url.trim(), json: json.trim() }[way];
  const error = missing || (problem?.way === way ? problem.message : "");

  /** @param {Way} next */
  function choose(next) {
    setWay(next);
    setMissing("");
  }

  /** @param {File} chosen */
  function take(chosen) {
    setWay("image");
    setMissing(
      chosen.size > MAX_IMAGE_BYTES ? words.tooLarge(formatBytes(chosen.size), formatBytes(MAX_IMAGE_BYTES)) : "",
    );
    setFile(chosen.size > MAX_IMAGE_BYTES ? null : chosen);
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    setMissing(source ? "" : words.missing[way]);
    if (source) onContinue({ [way]: source instanceof File ? await base64Of(source) : source }, way);
  }

  return html`<form class="source-form" onSubmit=${submit} novalidate>
    <${Choice} label=${words.from} name="source" value=${way} choices=${Object.entries(words.ways)} onChange=${choose} />
    ${way === "image" && html`<${ImageField} file=${file} error=${error} onFile=${take} />`}
    ${way === "url" && html`<${TextField} label=${words.url} hint=${words.urlHint} type="url" inputmode="url" value=${url} onInput=${setUrl} error=${error} />`}
    ${way === "json" && html`<${TextArea} label=${words.json} hint=${words.jsonHint} rows="8" spellcheck="false" value=${json} onInput=${setJson} error=${error} />`}
    <${FormProblem} problem=${problem && problem.way !== way ? problem : null} />
    <div class="actions"><${Button} type="submit" look="primary" busy=${busy}>${words.continue}<//></div>
  </form>`;
}

/**
 * @param {Blob} file
 * @returns {Promise<string>}
 */
function base64Of(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = String(reader.result);
      resolve(url.slice(url.indexOf(",") + 1));
    };
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
