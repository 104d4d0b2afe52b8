/** Views whose scripts are loaded when they are first shown, so that signing in needs few bytes. */

/** @import { ComponentType } from "preact" */

import { Problem } from "../api/problems.js";
import { useAttempt } from "./attempts.js";
import { html, useEffect } from "./html.js";
import { Loading } from "./loading.js";

const LINES = 6;

/** @typedef {Record<string, ComponentType<any>>} Views */

/** @type {Map<() => Promise<Views>, Views>} */
const loaded = new Map();

/**
 * A view of a script that is loaded with the first of its views. Until then, a skeleton is shown.
 *
 * @param {{load: () => Promise<Views>, view: string, properties: object}} props
 */
export function Later({ load, view, properties }) {
  const { problem, run } = useAttempt();
  const reload = () =>
    run("load", async () => {
      const views = await load().catch(() => {
        throw new Problem();
      });
      loaded.set(load, views);
    });
  useEffect(() => {
    if (!loaded.has(load)) reload();
  }, []);
  const View = loaded.get(load)?.[view];
  return View ? html`<${View} ...${properties} />` : html`<${Loading} loaded=${{ problem, reload }} lines=${LINES} />`;
}
