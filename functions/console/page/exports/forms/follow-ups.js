/** The check boxes for an export's follow-ups: an email when the export ends, and the delivery of its file. */

/**
 * @import { Destination } from "../destination.js"
 * @import { Choices } from "./choices.js"
 */

import { configuration } from "../../configuration.js";
import { CheckBox } from "../../shared/fields.js";
import { html } from "../../shared/html.js";
import { strings } from "../../strings.js";
import { useDestination } from "../destination.js";

/** The follow-ups, named as in the API. */
export const FOLLOW_UPS = ["notify", "deliver"];

/** Whether this deployment sends email about exports. */
export const sendsEmail = configuration.notificationSender !== "";

/**
 * Return the follow-ups that a request contains. Stored choices are ignored if the deployment or the organization no
 * longer allows them.
 *
 * @param {Pick<Choices, "notify" | "deliver">} choices
 * @param {Destination} destination
 */
export const followUpsOf = ({ notify, deliver }, { hasDestination }) => ({
  ...(sendsEmail && notify && { notify }),
  ...(hasDestination && deliver && { deliver }),
});

/**
 * Return whether a form has the check box for deliveries.
 *
 * @param {Destination} destination
 * @param {boolean} [delivers] whether an existing schedule delivers its files, even without a destination
 */
export const mayDeliver = ({ hasDestination }, delivers = false) => hasDestination || delivers;

/**
 * The check boxes for the available follow-ups.
 *
 * @param {object} props
 * @param {Pick<Choices, "notify" | "deliver">} props.choices
 * @param {Record<string, string>} props.wrong messages by field
 * @param {boolean} [props.delivers] whether an existing schedule delivers its files, even without a destination
 * @param {(part: Partial<Choices>) => void} props.onChange
 */
export function FollowUps({ choices, wrong, delivers, onChange }) {
  const destination = useDestination();
  const offersDelivery = mayDeliver(destination, delivers);
  if (!sendsEmail && !offersDelivery) return null;
  return html`<div class="checks follow-ups">
    ${
      sendsEmail &&
      html`<${CheckBox} label=${strings.notify} error=${wrong.notify} checked=${choices.notify}
        onChange=${(/** @type {boolean} */ notify) => onChange({ notify })} />`
    }
    ${
      offersDelivery &&
      html`<${CheckBox} label=${strings.deliver(destination.destinationBucket)} error=${wrong.deliver} checked=${choices.deliver}
        onChange=${(/** @type {boolean} */ deliver) => onChange({ deliver })} />`
    }
  </div>`;
}
