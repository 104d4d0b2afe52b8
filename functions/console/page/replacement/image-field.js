/** A field for an image. */

/** @import { TargetedEvent } from "preact" */

import { formatBytes } from "../shared/formats.js";
import { html, useEffect, useId, useLayoutEffect, useState } from "../shared/html.js";
import { strings } from "../strings.js";

const words = strings.replace;

const TEXT_INPUTS = "input[type=text], input[type=url], textarea";

/**
 * A field for an image, which can be chosen, dropped, or pasted.
 *
 * @param {{file: File | null, error: string, onFile: (file: File) => void}} props
 */
export function ImageField({ file, error, onFile }) {
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
 * Return whether text begins like an SVG, after an optional XML declaration and comments.
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
