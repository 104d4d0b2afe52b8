/** The sources of a new badge: addresses, files, and text. */

/** @import { ReplacementSource } from "../api/api-types.d.ts" */

import { API_ROOT, PAGE_URL } from "../configuration.js";
import { parsedAddress } from "../shared/addresses.js";

/** The API's limit is 4 MiB, which is more than the 4 MB that the page names. */
export const MAX_IMAGE_BYTES = 4 * 1024 * 1024;

/** @typedef {"image" | "url" | "json"} Way */

/**
 * The input of each field for a source, and the field that is shown.
 * @typedef {{way: Way, image: File | null, url: string, json: string}} Draft
 */

/** @type {Draft} */
export const EMPTY_DRAFT = { way: "image", image: null, url: "", json: "" };

/**
 * Return the draft with a file or text in the field that fits it, or null if it fits no field.
 *
 * @param {Draft} draft
 * @param {File | string} given
 * @returns {Promise<Draft | null>}
 */
export async function draftWith(draft, given) {
  if (typeof given !== "string") {
    if (!isTextFile(given)) return { ...draft, way: "image", image: given };
    const text = await given.text();
    return draftWithText(draft, text) ?? { ...draft, way: "json", json: text };
  }
  return draftWithText(draft, given);
}

/**
 * @param {Draft} draft
 * @param {string} given
 * @returns {Draft | null}
 */
export function draftWithText(draft, given) {
  const text = given.trim();
  if (isJson(text)) return { ...draft, way: "json", json: text };
  if (isSvg(text)) {
    return { ...draft, way: "image", image: new File([text], "pasted.svg", { type: "image/svg+xml" }) };
  }
  const isAddress = /^(https?:\/\/|www\.)\S+$/i.test(text) && webAddress(text) !== null;
  return isAddress ? { ...draft, way: "url", url: text } : null;
}

/**
 * Return the source of a draft in the API's format, or null if the draft has no valid source.
 *
 * @param {Draft} draft
 * @returns {Promise<ReplacementSource | null>}
 */
export async function sourceOf({ way, image, url, json }) {
  switch (way) {
    case "image":
      return image && image.size <= MAX_IMAGE_BYTES ? { image: await base64Of(image) } : null;
    case "url": {
      const address = webAddress(url);
      return address === null ? null : { url: publicAddress(address) };
    }
    default:
      return json.trim() ? { json: badgeOfExport(json.trim()) } : null;
  }
}

/**
 * Return a web address with its scheme, or null if the text isn't a web address.
 *
 * @param {string} text
 */
export function webAddress(text) {
  const address = text.trim();
  const complete = /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `https://${address}`;
  const url = parsedAddress(complete);
  const isOnWeb = url !== null && (url.protocol === "https:" || url.protocol === "http:");
  const hasFullHost = url !== null && (url.hostname.includes(".") || url.hostname === "localhost" || url.port !== "");
  return isOnWeb && hasFullHost && !/\s/.test(address) ? complete : null;
}

/**
 * Return the address of a badge's public document if `address` is that of the badge's view on this page, which people
 * copy from the address bar. Return any other address unchanged.
 *
 * @param {string} address
 */
function publicAddress(address) {
  const [page = "", place = ""] = address.split("#");
  const [, badgeId] = page === PAGE_URL ? (place.match(/^\/badges\/([\w-]+)/) ?? []) : [];
  return badgeId ? `${API_ROOT}public/badges/${badgeId}` : address;
}

/**
 * Return the badge class in a file that was exported here, or any other text unchanged.
 *
 * @param {string} json
 */
function badgeOfExport(json) {
  if (!json.includes("badge-data-management/badge-class")) return json;
  try {
    const { format, badgeClass, issuer, ...rest } = JSON.parse(json);
    if (format !== "badge-data-management/badge-class") return json;
    const { assertions, entityId, createdAt, ...badge } = badgeClass;
    return JSON.stringify({ "@context": rest["@context"], ...badge, issuer });
  } catch {
    return json;
  }
}

/** @param {File} file */
const isTextFile = ({ name, type }) => /json|text\/plain/.test(type) || /\.(json|jsonld|txt)$/i.test(name);

/** @param {string} text */
const isJson = (text) => text.startsWith("{") || text.startsWith("[");

/**
 * Return whether a text begins like an SVG, after an optional XML declaration and comments.
 *
 * @param {string} text
 */
function isSvg(text) {
  let rest = text.replace(/^<\?xml[^>]*>/, "").trimStart();
  while (rest.startsWith("<!--")) {
    const end = rest.indexOf("-->", 4);
    if (end < 0) return false;
    rest = rest.slice(end + 3).trimStart();
  }
  return /^<svg[\s>]/.test(rest);
}

/**
 * @param {Blob} file
 * @returns {Promise<string>}
 */
function base64Of(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = String(reader.result);
      resolve(url.slice(url.indexOf(",") + 1));
    };
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
