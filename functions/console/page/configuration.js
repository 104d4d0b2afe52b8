/** The URL of the API, and this deployment's settings in the page's HTML. */

/** The API that serves the page; the page is at `{API}/console`. */
export const API_ROOT = new URL(".", document.baseURI).href;

/** The page's URL without the query that sign-in adds. */
export const PAGE_URL = new URL("console", API_ROOT).href;

const element = /** @type {HTMLElement} */ (document.getElementById("configuration")); // in index.html
/**
 * @type {{
 *   clientId: string, userPoolEndpoint: string, managedLoginUrl: string, contactAddress: string,
 *   notificationSender: string,
 * }}
 */
export const configuration = JSON.parse(element.textContent);
