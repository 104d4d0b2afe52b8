/** A field for an image. */

/** @import { TargetedEvent } from "preact" */

import { formatBytes } from "../shared/formats.js";
import { html, useEffect, useId, useState } from "../shared/html.js";
import { strings } from "../strings.js";

const words = strings.replace;

/**
 * A field for an image, with a row of its own for the chosen file.
 *
 * @param {{file: File | null, error: string, onFile: (file: File) => void}} props
 */
export function ImageField({ file, error, onFile }) {
  const id = useId();
  const [shown, setShown] = useState(/** @type {string | null} */ (null));

  useEffect(() => {
    if (!file) return setShown(null);
    const address = URL.createObjectURL(file);
    setShown(address);
    return () => URL.revokeObjectURL(address);
  }, [file]);

  /** @param {TargetedEvent<HTMLInputElement>} event */
  function pick(event) {
    const picked = event.currentTarget.files?.[0];
    if (picked) onFile(picked);
    event.currentTarget.value = ""; // so that the same file can be chosen again after an edit
  }

  return html`<div class="field">
    <span class="field-label" id="${id}-label">${words.image}</span>
    <div class="drop">
      <div class="drop-picture">${shown ? html`<img src=${shown} alt="" />` : html`<span aria-hidden="true">⬡</span>`}</div>
      <div class="drop-file" role="status">
        ${file ? html`<strong><bdi>${file.name}</bdi></strong> <span class="hint">${formatBytes(file.size)}</span>` : html`<span class="hint" id="${id}-hint">${words.imageHint}</span>`}
      </div>
      <label class="button file-button">
        <span>${file ? words.chooseOther : words.choose}</span>
        <input id=${id} class="unseen" type="file" accept="image/png,image/svg+xml,.png,.svg,.json,.jsonld"
          aria-labelledby="${id}-label" aria-describedby=${error ? `${id}-error` : file ? undefined : `${id}-hint`} aria-invalid=${error ? "true" : undefined} onChange=${pick} />
      </label>
    </div>
    ${error && html`<p class="error" id="${id}-error">${error}</p>`}
  </div>`;
}
