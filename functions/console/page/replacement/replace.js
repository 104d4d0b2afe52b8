/** Replace a badge: choose a source, compare, then confirm or cancel. */

/**
 * @import { BadgeClassDocument, ReplacementDocument } from "../api/api-types.d.ts"
 * @import { Sent } from "./source-form.js"
 */

import { asError, Problem } from "../api/problems.js";
import { cancelReplacement, confirmReplacement, getReplacements, previewReplacement } from "../api/replacements.js";
import { useAttempt } from "../shared/attempts.js";
import { useDraft } from "../shared/drafts.js";
import { html, useState } from "../shared/html.js";
import { Loading, usePages } from "../shared/loading.js";
import { Section } from "../shared/section.js";
import { showToast } from "../shared/toasts.js";
import { strings } from "../strings.js";
import { History, useLatestReplaced } from "./history.js";
import { ImageResync } from "./image-resync.js";
import { OutdatedPreview, Preview } from "./preview.js";
import { SourceForm } from "./source-form.js";
import { EMPTY_DRAFT } from "./sources.js";

const words = strings.replace;

/**
 * The preview that is shown, its source if this form sent the source, and the reason if the preview no longer applies.
 * @typedef {{preview: ReplacementDocument, sent?: Sent, outdated?: string}} Reviewed
 */

/**
 * The section that replaces a badge. People who can't edit the badge see only the history. `onChange` is called after
 * the badge has changed on this page or elsewhere.
 *
 * @param {object} props
 * @param {BadgeClassDocument} props.badge
 * @param {boolean} props.mayEdit
 * @param {() => void} props.onChange
 */
export function Replace({ badge, mayEdit, onChange }) {
  const history = usePages((cursor) => getReplacements(badge.id, { cursor, limit: 5 }), `replacements of ${badge.id}`);
  const latest = useLatestReplaced(badge, history);
  const [draft, setDraft] = useDraft(`replacement of ${badge.id}`, EMPTY_DRAFT);
  const [reviewed, setReviewed] = useState(/** @type {Reviewed | null} */ (null));
  const { busy, problem, run, forget } = useAttempt();

  /** @param {Sent} sent */
  const preview = (sent) =>
    run("preview", async () => {
      try {
        setReviewed({ preview: await previewReplacement(badge.id, sent.source), sent });
      } catch (error) {
        const isOfSource = error instanceof Problem && (error.status === 422 || error.status === 413);
        if (isOfSource) setReviewed(null);
        throw Object.assign(asError(error), { sent: isOfSource ? sent : undefined });
      }
    });

  /** @param {Reviewed} previewed */
  const confirm = (previewed) =>
    run("confirm", () =>
      orOutdated(previewed, async () => {
        const replaced = await confirmReplacement(previewed.preview.id);
        setReviewed(null);
        setDraft(EMPTY_DRAFT);
        showToast({ text: words.done(replaced.proposed.name) });
        await showTruth();
      }),
    );

  /** @param {Reviewed} previewed */
  const cancel = (previewed) =>
    run("cancel", () =>
      orOutdated(previewed, async () => {
        await cancelReplacement(previewed.preview.id);
        setReviewed(null);
        await history.reload();
      }),
    );

  /** @type {(previewed: Reviewed, act: () => Promise<void>) => Promise<void>} */
  async function orOutdated(previewed, act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Problem && error.status === 409)) throw error;
      setReviewed({ ...previewed, outdated: error.reason ?? "changed" });
      await showTruth();
    }
  }

  async function showTruth() {
    onChange();
    await history.reload();
  }

  function startOver() {
    setReviewed(null);
    forget();
  }

  return html`<${Section} title=${mayEdit ? words.title : words.historyTitle} text=${mayEdit ? words.text : words.onlyEditors}>
    ${
      mayEdit &&
      !reviewed &&
      html`<${SourceForm} draft=${draft} busy=${busy === "preview"} problem=${problem} onContinue=${preview}
        onDraft=${(/** @type {typeof draft} */ next) => {
          setDraft(next);
          if (problem) forget();
        }} />`
    }
    ${
      reviewed &&
      (reviewed.outdated
        ? html`<${OutdatedPreview} key="outdated" reason=${reviewed.outdated} busy=${busy} problem=${problem} onStartOver=${startOver}
            onAgain=${reviewed.sent ? () => reviewed.sent && preview(reviewed.sent) : null} />`
        : html`<${Preview} key=${reviewed.preview.id} preview=${reviewed.preview} busy=${busy} problem=${problem}
            onConfirm=${() => confirm(reviewed)} onCancel=${() => cancel(reviewed)} />`)
    }
    <${Loading} loaded=${latest} />
    ${latest.value && html`<${ImageResync} key=${latest.value.id} replacement=${latest.value} />`}
    <${History} history=${history} mayEdit=${mayEdit} isPreviewing=${reviewed !== null}
      onReview=${(/** @type {ReplacementDocument} */ shown) => setReviewed({ preview: shown })} />
  <//>`;
}
