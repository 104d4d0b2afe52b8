/** The field for a time zone: a list that people can search by typing. */

import { TextField } from "../shared/fields.js";
import { html, useId } from "../shared/html.js";
import { strings } from "../strings.js";
import { offsetOf, TIME_ZONES, zoneInWords, zoneNamed } from "./time-zones.js";

/** @type {{name: string, offset: string}[] | undefined} */
let listed;

/** Return all zones with their offsets, which takes the browser a moment. */
function choices() {
  listed ??= TIME_ZONES.map((zone) => ({ name: zoneInWords(zone), offset: offsetOf(zone) }));
  return listed;
}

/** @param {{zone: string, error?: string, onChange: (zone: string) => void}} props */
export function TimeZoneField({ zone, error, onChange }) {
  const id = useId();
  // Select the text, so that typing replaces it and the list shows all zones again.
  const select = (/** @type {{currentTarget: HTMLInputElement}} */ event) => event.currentTarget.select();
  const complete = () => {
    const named = zoneNamed(zone);
    if (named) onChange(zoneInWords(named));
  };
  return html`<div>
    <${TextField} label=${strings.schedules.timeZone} value=${zone} onInput=${onChange} error=${error} list=${id}
      autocomplete="off" spellcheck=${false} onFocus=${select} onBlur=${complete} />
    <datalist id=${id}>
      ${choices().map(({ name, offset }) => html`<option key=${name} value=${name}>${offset}</option>`)}
    </datalist>
  </div>`;
}
