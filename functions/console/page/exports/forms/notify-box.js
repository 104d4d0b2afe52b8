/** The check box for an email about the end of an export. */

/** @import { Choices } from "./choices.js" */

import { configuration } from "../../configuration.js";
import { CheckBox } from "../../shared/fields.js";
import { html } from "../../shared/html.js";
import { strings } from "../../strings.js";

/** Whether this deployment sends email about exports. */
export const sendsEmail = configuration.notificationSender !== "";

/**
 * Return what a request contains in addition to the file's description. Remembered choices can be older than the
 * deployment's settings.
 *
 * @param {Pick<Choices, "notify">} choices
 */
export const followUpsOf = ({ notify }) => (sendsEmail && notify ? { notify } : {});

/**
 * @param {object} props
 * @param {boolean} props.checked
 * @param {string} [props.error]
 * @param {(checked: boolean) => void} props.onChange
 */
export function NotifyBox({ checked, error, onChange }) {
  if (!sendsEmail) return null;
  return html`<div class="checks">
    <${CheckBox} label=${strings.notify} error=${error} checked=${checked} onChange=${onChange} />
  </div>`;
}
