/** Replace a badge: choose a source, compare, confirm or cancel; and the history of replacements. */

/**
 * @import { BadgeClassDocument, ReplacementDocument, ReplacementSource } from "./api-types.d.ts"
 * @import { SourceError, Way } from "./replacement-source.js"
 */

import { cancelReplacement, confirmReplacement, getReplacements, previewReplacement } from "./api.js";
import { Section } from "./export-forms.js";
import { Button, FormProblem, LoadProblem } from "./fields.js";
import { formatDayAndTime } from "./formats.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { ImageResync } from "./image-resync.js";
import { MoreButton, Skeleton, useLoaded, usePages } from "./loading.js";
import { asError, Problem } from "./problems.js";
import { Comparison } from "./replacement-comparison.js";
import { SourceForm } from "./replacement-source.js";
import { strings } from "./strings.js";
import { showToast } from "./toasts.js";

const words = strings.replace;
// Of twenty replacements each: more previews are unlikely in the 13 days of a re-sync.
const MOST_PAGES = 20;

/** @typedef {ReturnType<typeof usePages<ReplacementDocument>>} Replacements */

/** @typedef {"preview" | "confirm" | "cancel"} Step */

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
  const [busy, setBusy] = useState(/** @type {Step | null} */ (null));
  const [problem, setProblem] = useState(/** @type {SourceError | null} */ (null));

  /**
   * @param {Step} name
   * @param {() => Promise<void>} action
   */
  async function run(name, action) {
    setBusy(name);
    setProblem(null);
    try {
      await action();
    } catch (error) {
      setProblem(asError(error));
    }
    setBusy(null);
  }

  /** @type {(source: ReplacementSource, way: Way) => Promise<void>} */
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
    setProblem(null);
  };

  return html`<${Section} title=${mayEdit ? words.title : words.history} text=${mayEdit ? words.text : undefined}>
    ${mayEdit && !preview && html`<${SourceForm} busy=${busy === "preview"} problem=${problem} onContinue=${showPreview} />`}
    ${
      mayEdit &&
      preview &&
      html`<${Preview} preview=${preview} busy=${busy} problem=${problem} onConfirm=${() => confirm(preview)}
        onCancel=${() => cancel(preview)} onStartOver=${startOver} />`
    }
    ${latest.problem && html`<${LoadProblem} problem=${latest.problem} onRetry=${latest.reload} />`}
    ${latest.value && html`<${ImageResync} key=${latest.value.id} replacement=${latest.value} />`}
    <${History} history=${history} mayEdit=${mayEdit} isPreviewing=${Boolean(preview)} onPreview=${setPreview} />
  <//>`;
}

/**
 * Return the latest confirmed replacement. Any number of previews may be newer, so it may be on a later page of the
 * history. It is searched there only once, because it stays the latest until a newer one is confirmed.
 *
 * @param {BadgeClassDocument} badge
 * @param {Replacements} history
 * @returns {Partial<ReturnType<typeof useLoaded<ReplacementDocument | null>>>}
 */
function useLatestReplaced(badge, history) {
  const shown = history.items?.find(isReplaced);
  const isFurtherDown = !shown && Boolean(history.more);
  const found = useLoaded(
    async () => (isFurtherDown ? findReplaced(badge.id) : null),
    `replaced ${badge.id} ${isFurtherDown}`,
  );
  return shown ? { value: shown } : found;
}

/** @param {string} badgeId */
async function findReplaced(badgeId) {
  /** @type {string | undefined} */
  let cursor;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, nextCursor } = await getReplacements(badgeId, { cursor });
    const found = items.find(isReplaced);
    if (found || !nextCursor) return found ?? null;
    cursor = nextCursor;
  }
  return null;
}

/** @type {(replacement: ReplacementDocument) => boolean} */
const isReplaced = ({ status }) => status === "replaced";

/**
 * @param {object} props
 * @param {ReplacementDocument} props.preview
 * @param {Step | null} props.busy
 * @param {Error | null} props.problem
 * @param {() => void} props.onConfirm
 * @param {() => void} props.onCancel
 * @param {() => void} props.onStartOver
 */
function Preview({ preview, busy, problem, onConfirm, onCancel, onStartOver }) {
  const heading = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => heading.current?.focus(), []);
  const isOver = problem instanceof Problem && problem.status === 409;
  return html`<section class="preview" aria-label=${words.preview}>
    <h3 ref=${heading} tabindex="-1">${words.preview}</h3>
    <p class="hint">${words.readFrom(preview.source)}</p>
    ${
      preview.warnings.length > 0 &&
      html`<div class="notice warn"><strong>${words.warnings}</strong>
        <ul>${preview.warnings.map((warning) => html`<li key=${warning}>${warning}</li>`)}</ul></div>`
    }
    <${Comparison} replacement=${preview} />
    ${preview.changes.length === 0 && html`<p class="notice">${words.nothingChanges}</p>`}
    <p class="notice warn final"><strong>${words.noWayBack}</strong> ${words.noWayBackText}</p>
    <${FormProblem} problem=${problem} />
    <div class="actions">
      ${
        isOver
          ? html`<${Button} onClick=${onStartOver}>${words.startOver}<//>`
          : html`<${Button} busy=${busy === "cancel"} onClick=${onCancel}>${strings.cancel}<//>
              <${Button} look="danger" busy=${busy === "confirm"} onClick=${onConfirm}>${words.confirm}<//>`
      }
    </div>
  </section>`;
}

/**
 * @param {object} props
 * @param {Replacements} props.history
 * @param {boolean} props.mayEdit
 * @param {boolean} props.isPreviewing
 * @param {(replacement: ReplacementDocument) => void} props.onPreview
 */
function History({ history, mayEdit, isPreviewing, onPreview }) {
  if (history.problem) return html`<${LoadProblem} problem=${history.problem} onRetry=${history.reload} />`;
  if (!history.items) return html`<${Skeleton} lines=${1} />`;
  if (history.items.length === 0) return mayEdit ? null : html`<p class="empty">${words.never}</p>`;
  return html`<details class="history">
    <summary>${words.earlier}</summary>
    <ul>
      ${history.items.map(
        (item) => html`<li key=${item.id}>
          <strong>${item.proposed.name}</strong> <span class="status ${item.status}">${words.status[item.status]}</span>
          <p class="meta"><span>${words.readFrom(item.source)}</span> <span>${item.requestedBy}</span>
            <time datetime=${item.confirmedAt ?? item.createdAt}>${formatDayAndTime(item.confirmedAt ?? item.createdAt)}</time></p>
          ${mayEdit && !isPreviewing && item.status === "previewed" && html`<${Button} onClick=${() => onPreview(item)}>${words.lookAgain}<//>`}
        </li>`,
      )}
    </ul>
    <${MoreButton} more=${history.more} />
  </details>`;
}
