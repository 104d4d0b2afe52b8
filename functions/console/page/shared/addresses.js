/** Web addresses from people or other platforms. */

const LINKED_SCHEMES = ["http:", "https:", "mailto:"];

/**
 * Return an absolute URL's parts, or null for any other text. (Browsers from early 2024 lack `URL.parse`.)
 *
 * @param {string} text
 */
export function parsedAddress(text) {
  return URL.canParse(text) ? new URL(text) : null;
}

/** @type {(address: string) => boolean} */
export const isSafeAddress = (address) => LINKED_SCHEMES.includes(parsedAddress(address)?.protocol ?? "");
