/** Views whose scripts are loaded when they are first shown, to keep the download for sign-in small. */

/** @import { ComponentType } from "preact" */

import { strings } from "../strings.js";
import { useAttempt } from "./attempts.js";
import { Button } from "./button.js";
import { html, useEffect } from "./html.js";
import { Skeleton } from "./loading.js";

const LINES = 6;

/** @typedef {Record<string, ComponentType<any>>} Views */

/** @type {Map<() => Promise<Views>, Views>} */
const loaded = new Map();

/**
 * A view whose script is loaded when it is first needed. Until then, a skeleton is shown. If the script can't be
 * loaded, the page must be reloaded, because browsers remember the failure and a deployment removes the earlier script.
 *
 * @param {{load: () => Promise<Views>, view: string, properties: object}} props
 */
export function Later({ load, view, properties }) {
  const { problem, run } = useAttempt();
  useEffect(() => {
    if (!loaded.has(load)) run("load", async () => void loaded.set(load, await load()));
  }, []);
  const View = loaded.get(load)?.[view];
  if (View) return html`<${View} ...${properties} />`;
  if (!problem) return html`<${Skeleton} lines=${LINES} />`;
  return html`<div class="notice bad" role="alert">
    <p>${strings.notLoadedScript}</p>
    <${Button} onClick=${() => location.reload()}>${strings.reloadPage}<//>
  </div>`;
}
