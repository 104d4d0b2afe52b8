/** The fields for the columns of a table. */

/**
 * @import { ColumnDocument, ExportScope } from "../../api/api-types.d.ts"
 * @import { TableKind } from "../kinds.js"
 * @import { Choices, ColumnChoice } from "./choices.js"
 */

import { getExportColumns } from "../../api/exports.js";
import { messagesOf } from "../../api/problems.js";
import { Button } from "../../shared/button.js";
import { Disclosure } from "../../shared/disclosure.js";
import { CheckBox } from "../../shared/fields.js";
import { formatNumber } from "../../shared/formats.js";
import { html, useEffect, useRef, useState } from "../../shared/html.js";
import { Loading, useLoaded } from "../../shared/loading.js";
import { strings } from "../../strings.js";
import { isDefaultColumn } from "../kinds.js";

const words = strings.columns;

/** @type {ReturnType<typeof getExportColumns> | undefined} */
let loading;

/** Return the columns of all kinds, which don't change while the page is open. */
function columnsOfKinds() {
  loading ??= getExportColumns().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/**
 * The columns of the file, and their order.
 *
 * @param {object} props
 * @param {TableKind} props.kind
 * @param {ExportScope["type"]} props.scopeType
 * @param {Pick<Choices, "columns" | "ticked">} props.choices
 * @param {Record<string, string>} props.wrong messages by field
 * @param {(columns: ColumnChoice[] | null) => void} props.onChange
 * @param {string} [props.hint]
 */
export function ColumnFields({ kind, scopeType, choices, wrong, onChange, hint }) {
  const { columns } = choices;
  const messages = messagesOf(wrong, "columns");
  const count = columns?.filter(({ chosen }) => chosen).length ?? 0;
  const note = columns ? words.chosen(count, formatNumber(count)) : words.default;
  return html`<${Disclosure} title=${words.title} note=${note} isWrong=${Boolean(messages.field || messages.items.size)}>
    ${hint && html`<p class="hint">${hint}</p>`}
    <${ColumnList} kind=${kind} scopeType=${scopeType} choices=${choices} messages=${messages} onChange=${onChange} />
  <//>`;
}

/**
 * @param {object} props
 * @param {TableKind} props.kind
 * @param {ExportScope["type"]} props.scopeType
 * @param {Pick<Choices, "columns" | "ticked">} props.choices
 * @param {ReturnType<typeof messagesOf>} props.messages
 * @param {(columns: ColumnChoice[] | null) => void} props.onChange
 */
function ColumnList({ kind, scopeType, choices, messages, onChange }) {
  const loaded = useLoaded(columnsOfKinds, "export columns");
  const { value } = loaded;
  const [moved, setMoved] = useState("");
  const list = useRef(/** @type {HTMLUListElement | null} */ (null));
  const focused = useRef(/** @type {{name: string, to: Move} | null} */ (null));
  // A row loses the focus when it moves in the document.
  useEffect(() => {
    if (!focused.current) return;
    const { name, to } = focused.current;
    focused.current = null;
    const row = [...(list.current?.children ?? [])].find(
      (item) => item instanceof HTMLElement && item.dataset.name === name,
    );
    /** @type {HTMLButtonElement | null | undefined} */
    const button = row?.querySelector(`[data-to="${to}"]`);
    button?.focus();
  });
  if (!value) return html`<${Loading} loaded=${loaded} lines=${8} />`;

  const defaults = value[kind].map((column) => ({
    name: column.name,
    chosen: isDefaultColumn(kind, scopeType, choices.ticked, column),
  }));
  const shown = choices.columns ? known(choices.columns, value[kind]) : defaults;

  /** @param {ColumnChoice[]} columns */
  const change = (columns) => onChange(JSON.stringify(columns) === JSON.stringify(defaults) ? null : columns);

  /** @type {(index: number, to: Move) => void} */
  function move(index, to) {
    const column = shown[index];
    if (!column) return;
    const position = positionAfter(to, index, shown.length);
    focused.current = { name: column.name, to };
    setMoved(words.moved(column.name, formatNumber(position + 1), formatNumber(shown.length)));
    change(shown.toSpliced(index, 1).toSpliced(position, 0, column));
  }

  /** @param {boolean} chosen */
  const chooseAll = (chosen) => change(shown.map(({ name }) => ({ name, chosen })));

  /** @type {ColumnChoice[]} */
  const sent = (choices.columns ?? []).filter(({ chosen }) => chosen);
  const wrong = new Map(sent.map(({ name }, index) => [name, messages.items.get(index)]));
  const unlisted = sent.filter(({ name }) => !shown.some((column) => column.name === name));
  const general = [messages.field, ...unlisted.map(({ name }) => wrong.get(name))].filter(Boolean).join(" ");

  return html`<fieldset class="plain">
    <legend>${words.legend}</legend>
    <ul class="columns" ref=${list}>
      ${shown.map(
        ({ name, chosen }, index) => html`<li key=${name} data-name=${name}>
          <${CheckBox} label=${name} checked=${chosen} error=${wrong.get(name) ?? (index === 0 ? general : undefined)}
            onChange=${(/** @type {boolean} */ checked) => change(shown.with(index, { name, chosen: checked }))} />
          <span class="moves">
            ${MOVES.map(
              (to) => html`<${MoveButton} key=${to} name=${name} to=${to} onMove=${() => move(index, to)}
                isOff=${positionAfter(to, index, shown.length) === index} />`,
            )}
          </span>
        </li>`,
      )}
    </ul>
    <p class="unseen" role="status">${moved}</p>
    <div class="actions small">
      <${Button} onClick=${() => onChange(null)}>${words.default}<//>
      <${Button} onClick=${() => chooseAll(true)}>${words.all}<//>
      <${Button} onClick=${() => chooseAll(false)}>${words.clear}<//>
    </div>
  </fieldset>`;
}

/** @typedef {"top" | "up" | "down" | "bottom"} Move */

/** @type {Record<Move, string>} */
const ARROWS = { top: "↑", up: "↑", down: "↓", bottom: "↓" };

/** @type {Move[]} */
const MOVES = ["top", "up", "down", "bottom"];

/**
 * Return the position of a column after a move. At the end of the list, it stays the same.
 * @type {(to: Move, index: number, count: number) => number}
 */
const positionAfter = (to, index, count) =>
  ({ top: 0, up: Math.max(index - 1, 0), down: Math.min(index + 1, count - 1), bottom: count - 1 })[to];

/**
 * A button that moves a column. At the end of the list it stays focusable and does nothing.
 *
 * @param {{name: string, to: Move, isOff: boolean, onMove: () => void}} props
 */
function MoveButton({ name, to, isOff, onMove }) {
  const label = words.move[to](name);
  return html`<button type="button" class="move" data-to=${to} aria-label=${label} title=${label}
    aria-disabled=${isOff ? "true" : undefined} onClick=${isOff ? undefined : onMove}><span>${ARROWS[to]}</span></button>`;
}

/**
 * Return the chosen columns without those that no longer exist, and add new columns at the end.
 *
 * @param {ColumnChoice[]} columns
 * @param {ColumnDocument[]} published
 */
function known(columns, published) {
  const names = new Set(published.map(({ name }) => name));
  const kept = columns.filter(({ name }) => names.delete(name));
  return [...kept, ...[...names].map((name) => ({ name, chosen: false }))];
}
