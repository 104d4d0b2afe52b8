/** Web addresses that people or other platforms wrote. */

const LINKED_SCHEMES = ["http:", "https:", "mailto:"];

/**
 * Return an absolute URL's parts, or null for any other text. (`URL.parse` is missing in browsers of early 2024.)
 *
 * @param {string} text
 */
export function parsedAddress(text) {
  return URL.canParse(text) ? new URL(text) : null;
}

/** @type {(address: string) => boolean} */
export const isSafeAddress = (address) => LINKED_SCHEMES.includes(parsedAddress(address)?.protocol ?? "");
