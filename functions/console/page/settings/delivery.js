/** An organization's delivery destination: its form, the values for the role's trust policy, and its test. */

/** @import { DestinationDocument } from "../api/api-types.d.ts" */

import { deleteDestination, getDestination, setDestination, testDestination } from "../api/destinations.js";
import { wrongFields } from "../api/problems.js";
import { useDestination } from "../exports/destination.js";
import { useAttempt } from "../shared/attempts.js";
import { Button } from "../shared/button.js";
import { ConfirmDialog } from "../shared/dialogs.js";
import { TextField } from "../shared/fields.js";
import { focusInvalidField } from "../shared/focus.js";
import { formatDayAndTime } from "../shared/formats.js";
import { html, useEffect, useRef, useState } from "../shared/html.js";
import { Loading, useLoaded } from "../shared/loading.js";
import { FormProblem } from "../shared/problem-notices.js";
import { Section } from "../shared/section.js";
import { showToast } from "../shared/toasts.js";
import { strings } from "../strings.js";

const words = strings.destination;
/** @type {("bucket" | "prefix" | "region" | "roleArn")[]} */
const FIELDS = ["bucket", "prefix", "region", "roleArn"];
/** @type {("bucket" | "roleArn")[]} */
const REQUIRED = ["bucket", "roleArn"];
const EMPTY = { bucket: "", prefix: "", region: "", roleArn: "" };

/** @param {{organizationId: string, onDestinationChange: () => Promise<void>}} props */
export function Delivery({ organizationId, onDestinationChange }) {
  const { hasDestination } = useDestination();
  const loaded = useLoaded(
    async () => (hasDestination ? await getDestination(organizationId) : { destination: null }),
    `destination of ${organizationId}, ${hasDestination}`,
  );
  const [isOpen, setOpen] = useState(false);
  const destination = loaded.value?.destination;

  async function changed() {
    // A new destination is loaded once `hasDestination` is true.
    await Promise.all([hasDestination && loaded.reload(), onDestinationChange()]);
  }

  async function saved() {
    await changed();
    setOpen(false);
  }

  return html`<${Section} title=${words.title} text=${words.text}>
    <${Loading} loaded=${loaded} lines=${2} />
    ${
      isOpen
        ? html`<${DestinationForm} organizationId=${organizationId} before=${destination} onSaved=${saved} onClose=${() => setOpen(false)} />`
        : loaded.value &&
          html`${
            destination
              ? html`<${Destination} organizationId=${organizationId} destination=${destination} onChange=${changed} onRemoved=${onDestinationChange} />`
              : html`<p class="empty">${words.none}</p>`
          }
          <div class="actions small"><${Button} onClick=${() => setOpen(true)}>${destination ? words.change : words.set}<//></div>`
    }
  <//>`;
}

/**
 * @param {object} props
 * @param {string} props.organizationId
 * @param {DestinationDocument | null | undefined} props.before
 * @param {() => Promise<void>} props.onSaved
 * @param {() => void} props.onClose
 */
function DestinationForm({ organizationId, before, onSaved, onClose }) {
  const [values, setValues] = useState(() => ({ ...EMPTY, ...before }));
  const [tries, setTries] = useState(0); // attempts to save while a field is missing
  const { busy, problem, run, forget } = useAttempt();
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const missing = REQUIRED.filter((name) => !values[name].trim());
  const fields = wrongFields(
    problem,
    tries ? Object.fromEntries(missing.map((name) => [name, words.missing[name]])) : {},
  );

  useEffect(() => {
    if (tries) focusInvalidField(form.current);
  }, [tries]);

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    if (missing.length > 0) return setTries(tries + 1);
    const { bucket, prefix, region, roleArn } = values;
    run("save", async () => {
      await setDestination(organizationId, { bucket, prefix, roleArn, ...(region && { region }) });
      await onSaved();
    });
  }

  return html`<form ref=${form} class="schedule-form" aria-label=${words.title} onSubmit=${submit} novalidate>
    ${FIELDS.map(
      (
        name,
      ) => html`<${TextField} key=${name} label=${words.fields[name]} hint=${words.hints[name]} value=${values[name]}
        error=${fields[name]} autocomplete="off" spellcheck=${false}
        onInput=${(/** @type {string} */ value) => {
          forget();
          setValues((now) => ({ ...now, [name]: value }));
        }} />`,
    )}
    <${FormProblem} problem=${problem} shown=${FIELDS} />
    <div class="actions">
      <${Button} type="submit" look="primary" busy=${busy === "save"}>${words.save}<//>
      <${Button} onClick=${onClose}>${strings.cancel}<//>
    </div>
  </form>`;
}

/**
 * @param {object} props
 * @param {string} props.organizationId
 * @param {DestinationDocument} props.destination
 * @param {() => Promise<void>} props.onChange
 * @param {() => Promise<void>} props.onRemoved
 */
function Destination({ organizationId, destination, onChange, onRemoved }) {
  const { bucket, prefix, region, roleArn, principal, externalId, lastTest } = destination;
  const [isDeleting, setDeleting] = useState(false);
  const { busy, problem, run } = useAttempt();

  const test = () =>
    run("test", async () => {
      await testDestination(organizationId);
      await onChange();
    });
  const remove = () =>
    run("remove", async () => {
      await deleteDestination(organizationId);
      showToast({ text: words.removed });
      await onRemoved();
    });
  const facts = [
    [words.fields.bucket, `${bucket} (${region})`],
    [words.fields.prefix, prefix || words.noPrefix],
    [words.fields.roleArn, roleArn],
    [words.principal, principal],
    [words.externalId, externalId],
  ];

  return html`<dl class="facts">
      ${facts.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`)}
    </dl>
    <p>${words.trust}</p>
    ${lastTest && html`<p class=${lastTest.ok ? "detail" : "error"} role="status">${words.tested(formatDayAndTime(lastTest.at), lastTest.error?.message)}</p>`}
    ${!isDeleting && html`<${FormProblem} problem=${problem} shown=${[]} />`}
    <div class="actions small">
      <${Button} busy=${busy === "test"} onClick=${test}>${words.test}<//>
      <${Button} look="quiet bad" onClick=${() => setDeleting(true)}>${words.remove}<//>
    </div>
    ${
      isDeleting &&
      html`<${ConfirmDialog} title=${words.removeTitle} text=${words.removeText} action=${words.remove}
        busy=${busy === "remove"} problem=${problem} onConfirm=${remove} onClose=${() => setDeleting(false)} />`
    }`;
}
