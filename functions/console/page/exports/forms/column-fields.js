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
  const focused = useRef(/** @type {{name: string, step: Step} | null} */ (null));
  // A row that moves in the document loses the focus.
  useEffect(() => {
    if (!focused.current) return;
    const { name, step } = focused.current;
    focused.current = null;
    const row = [...(list.current?.children ?? [])].find(
      (item) => item instanceof HTMLElement && item.dataset.name === name,
    );
    /** @type {HTMLButtonElement | null | undefined} */
    const button = row?.querySelector(`[data-step="${step}"]`);
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

  /** @type {(index: number, step: Step) => void} */
  function move(index, step) {
    const column = shown[index];
    const other = shown[index + step];
    if (!column || !other) return;
    focused.current = { name: column.name, step };
    setMoved(words.moved(column.name, formatNumber(index + step + 1), formatNumber(shown.length)));
    change(shown.with(index, other).with(index + step, column));
  }

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
          <${MoveButton} name=${name} step=${-1} isOff=${index === 0} onMove=${() => move(index, -1)} />
          <${MoveButton} name=${name} step=${1} isOff=${index === shown.length - 1} onMove=${() => move(index, 1)} />
        </li>`,
      )}
    </ul>
    <p class="unseen" role="status">${moved}</p>
    <div class="actions small"><${Button} onClick=${() => onChange(null)}>${words.default}<//></div>
  </fieldset>`;
}

/** @typedef {-1 | 1} Step up or down */

/**
 * A button that moves a column. At the end of the list it stays focusable and does nothing.
 *
 * @param {{name: string, step: Step, isOff: boolean, onMove: () => void}} props
 */
function MoveButton({ name, step, isOff, onMove }) {
  const label = step < 0 ? words.up(name) : words.down(name);
  return html`<button type="button" class="move" data-step=${step} aria-label=${label} title=${label}
    aria-disabled=${isOff ? "true" : undefined} onClick=${isOff ? undefined : onMove}>${step < 0 ? "↑" : "↓"}</button>`;
}

/**
 * Return the chosen columns, without columns that no longer exist, and with new ones at the end.
 *
 * @param {ColumnChoice[]} columns
 * @param {ColumnDocument[]} published
 */
function known(columns, published) {
  const names = new Set(published.map(({ name }) => name));
  const kept = columns.filter(({ name }) => names.delete(name));
  return [...kept, ...[...names].map((name) => ({ name, chosen: false }))];
}
