/** Where the API is, and what the page's HTML says of this deployment. */

/** The API that the page came from; the page is at `{API}/console`. */
export const API_ROOT = new URL(".", document.baseURI).href;

/** The page's own address, without what a sign-in left in its query. */
export const PAGE_URL = new URL("console", API_ROOT).href;

const element = /** @type {HTMLElement} */ (document.getElementById("configuration")); // index.html has it
/** @type {{clientId: string, userPoolEndpoint: string, managedLoginUrl: string, contactAddress: string}} */
export const configuration = JSON.parse(element.textContent);
