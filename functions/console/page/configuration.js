/** What this deployment is: where its API is, and what `configuration.json` says of its user pool. */

/** The API that the page came from; this file is at `{API}/console/assets/{version}/configuration.js`. */
export const API_ROOT = new URL("../../../", import.meta.url).href;

/** The page's own address, without what a sign-in left in its query. */
export const PAGE_URL = new URL("console", API_ROOT).href;

/** @type {{clientId: string, userPoolEndpoint: string, managedLoginUrl: string, contactAddress: string}} */
export let configuration;

export async function loadConfiguration() {
  const answer = await fetch(new URL("console/configuration.json", API_ROOT));
  if (!answer.ok) throw new Error(`configuration.json: ${answer.status}`);
  configuration = await answer.json();
}
