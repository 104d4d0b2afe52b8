/** Replace a badge: choose a source, compare, then confirm or cancel. */

/**
 * @import { BadgeClassDocument, ReplacementDocument, ReplacementSource } from "../api/api-types.d.ts"
 * @import { SourceError, Way } from "./source-form.js"
 */

import { asError, Problem } from "../api/problems.js";
import { cancelReplacement, confirmReplacement, getReplacements, previewReplacement } from "../api/replacements.js";
import { useAttempt } from "../shared/attempts.js";
import { html, useState } from "../shared/html.js";
import { Loading, usePages } from "../shared/loading.js";
import { Section } from "../shared/section.js";
import { showToast } from "../shared/toasts.js";
import { strings } from "../strings.js";
import { History, useLatestReplaced } from "./history.js";
import { ImageResync } from "./image-resync.js";
import { Preview } from "./preview.js";
import { SourceForm } from "./source-form.js";

const words = strings.replace;

/**
 * The section to replace a badge. People who may not edit see only the history. `onReplaced` gets the confirmed
 * replacement.
 *
 * @param {object} props
 * @param {BadgeClassDocument} props.badge
 * @param {boolean} props.mayEdit
 * @param {(replaced: ReplacementDocument) => void} props.onReplaced
 */
export function Replace({ badge, mayEdit, onReplaced }) {
  const history = usePages((cursor) => getReplacements(badge.id, { cursor, limit: 5 }), `replacements of ${badge.id}`);
  const latest = useLatestReplaced(badge, history);
  const [preview, setPreview] = useState(/** @type {ReplacementDocument | null} */ (null));
  const { busy, problem, run, forget } = useAttempt();

  /** @type {(source: ReplacementSource, way: Way) => Promise<Error | null>} */
  const showPreview = (source, way) =>
    run("preview", async () => {
      try {
        setPreview(await previewReplacement(badge.id, source));
      } catch (error) {
        const isOfSource = error instanceof Problem && error.status === 422;
        throw Object.assign(asError(error), { way: isOfSource ? way : undefined });
      }
    });
  /** @param {ReplacementDocument} previewed */
  const confirm = (previewed) =>
    run("confirm", async () => {
      const replaced = await confirmReplacement(previewed.id);
      setPreview(null);
      showToast({ text: words.done(replaced.proposed.name) });
      onReplaced(replaced);
      await history.reload();
    });
  /** @param {ReplacementDocument} previewed */
  const cancel = (previewed) =>
    run("cancel", async () => {
      await cancelReplacement(previewed.id);
      setPreview(null);
      await history.reload();
    });
  const startOver = () => {
    setPreview(null);
    forget();
  };

  return html`<${Section} title=${mayEdit ? words.title : words.history} text=${mayEdit ? words.text : undefined}>
    ${mayEdit && !preview && html`<${SourceForm} busy=${busy === "preview"} problem=${problem} onContinue=${showPreview} />`}
    ${
      mayEdit &&
      preview &&
      html`<${Preview} preview=${preview} busy=${busy} problem=${problem} onConfirm=${() => confirm(preview)}
        onCancel=${() => cancel(preview)} onStartOver=${startOver} />`
    }
    <${Loading} loaded=${latest} />
    ${latest.value && html`<${ImageResync} key=${latest.value.id} replacement=${latest.value} />`}
    <${History} history=${history} mayEdit=${mayEdit} isPreviewing=${Boolean(preview)} onPreview=${setPreview} />
  <//>`;
}
