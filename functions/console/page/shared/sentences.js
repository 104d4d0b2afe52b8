/** Write sentences in the page's language. */

export const LANGUAGE = "en";

/** @type {<T>(count: number, one: T, many: T) => T} */
export const plural = (count, one, many) => (count === 1 ? one : many);

/** @type {(items: unknown[]) => string} */
export const listed = (items) => new Intl.ListFormat(LANGUAGE, { type: "conjunction" }).format(items.map(String));

/** @type {(text: string) => string} */
export const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);
