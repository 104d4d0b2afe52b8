/** Where the API is, and what the page's HTML says of this deployment. */

/** The API that the page came from; the page is at `{API}/console`. */
export const API_ROOT = new URL(".", document.baseURI).href;

/** The page's own address, without what a sign-in left in its query. */
export const PAGE_URL = new URL("console", API_ROOT).href;

/** @type {{clientId: string, userPoolEndpoint: string, managedLoginUrl: string, contactAddress: string}} */
export const configuration = JSON.parse(document.getElementById("configuration").textContent);
