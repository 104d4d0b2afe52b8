/** The source of a new badge: an image, a URL, or JSON. */

/**
 * @import { TargetedEvent } from "preact"
 * @import { ReplacementSource } from "./api-types.d.ts"
 */

import { Button, Choice, FormProblem, TextArea, TextField } from "./fields.js";
import { formatBytes } from "./formats.js";
import { html, useEffect, useId, useLayoutEffect, useState } from "./html.js";
import { strings } from "./strings.js";

const words = strings.replace;
const TEXT_INPUTS = "input[type=text], input[type=url], textarea";
const MAX_IMAGE_BYTES = 4 * 1024 * 1024;

/** @typedef {"image" | "url" | "json"} Way */

/**
 * An error, and the `way` of giving a source that caused it, if a source did.
 * @typedef {Error & {way?: Way}} SourceError
 */

/**
 * The form for a source. `onContinue` gets `{image}`, `{url}` or `{json}`, as the API takes it, and its name. A
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
 * A field for an image, which can be chosen, dropped or pasted.
 *
 * @param {{file: File | null, error: string, onFile: (file: File) => void}} props
 */
function ImageField({ file, error, onFile }) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const [shown, setShown] = useState(/** @type {string | null} */ (null));

  useEffect(() => {
    if (!file) return setShown(null);
    const address = URL.createObjectURL(file);
    setShown(address);
    return () => URL.revokeObjectURL(address);
  }, [file]);

  useLayoutEffect(() => {
    /** @param {ClipboardEvent} event */
    const paste = (event) => {
      const pasted = event.clipboardData && imageIn(event.clipboardData);
      if (!pasted || (event.target instanceof Element && event.target.closest(TEXT_INPUTS))) return;
      event.preventDefault();
      onFile(pasted);
    };
    document.addEventListener("paste", paste);
    return () => document.removeEventListener("paste", paste);
  });

  // A file dropped next to the frame is meant for it; by default, the browser would navigate to the file.
  useLayoutEffect(() => {
    /** @param {DragEvent} event */
    const over = (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    };
    document.addEventListener("dragover", over);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("drop", drop);
    };
  });

  /** @param {DragEvent} event */
  function drop(event) {
    setOver(false);
    const dropped = event.dataTransfer?.files[0];
    if (!dropped) return;
    event.preventDefault();
    onFile(dropped);
  }

  /** @param {DragEvent} event */
  function dragOver(event) {
    event.preventDefault();
    setOver(true);
  }

  /** @param {TargetedEvent<HTMLInputElement>} event */
  function pick(event) {
    const picked = event.currentTarget.files?.[0];
    if (picked) onFile(picked);
  }

  return html`<div class="field">
    <div class=${isOver ? "drop over" : "drop"} onDragLeave=${() => setOver(false)}
      onDragOver=${dragOver}>
      <div class="drop-picture">${shown ? html`<img src=${shown} alt="" />` : html`<span aria-hidden="true">⬡</span>`}</div>
      <div>
        <label for=${id}>${words.image}</label>
        <input id=${id} type="file" accept="image/png,image/svg+xml,.png,.svg" aria-describedby="${id}-hint ${id}-error"
          aria-invalid=${error ? "true" : undefined} onChange=${pick} />
        <p class="hint" id="${id}-hint">${words.imageHint}</p>
        ${file && html`<p class="chosen" role="status">${words.chosen(file.name, formatBytes(file.size))}</p>`}
      </div>
    </div>
    <p class="error" id="${id}-error">${error}</p>
  </div>`;
}

/**
 * Return the image in a clipboard: a copied file, or the text of an SVG.
 *
 * @param {DataTransfer} clipboard
 */
function imageIn(clipboard) {
  const file = [...clipboard.files].find(({ type }) => type === "image/png" || type === "image/svg+xml");
  if (file) return file;
  const text = clipboard.getData("text/plain").trim();
  return isSvg(text) ? new File([text], "pasted.svg", { type: "image/svg+xml" }) : null;
}

/**
 * Return whether a text begins like an SVG, after an optional XML declaration and comments.
 *
 * @param {string} text
 */
function isSvg(text) {
  let rest = text.replace(/^<\?xml[^>]*>/, "").trimStart();
  while (rest.startsWith("<!--")) {
    const end = rest.indexOf("-->", 4);
    if (end < 0) return false;
    rest = rest.slice(end + 3).trimStart();
  }
  return /^<svg[\s>]/.test(rest);
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
