/** Receive files and text that are pasted or dropped anywhere on the page. */

import { useLayoutEffect } from "../shared/html.js";

const TEXT_INPUTS = "input:not([type=file], [type=radio], [type=checkbox]), textarea";

/**
 * Call `take` with each file or text that is pasted or dropped outside of text fields. While files are over the page,
 * it has the class `is-dropping`.
 *
 * @param {(given: File | string) => unknown} take
 */
export function useDropsAndPastes(take) {
  useLayoutEffect(() => {
    /** @param {ClipboardEvent} event */
    const paste = (event) => {
      const given = event.clipboardData && contentOf(event.clipboardData);
      if (!given || (typeof given === "string" && isInTextField(event))) return;
      event.preventDefault();
      take(given);
    };
    // By default, the browser would navigate to a dropped file or address.
    /** @param {DragEvent} event */
    const over = (event) => {
      if (!event.dataTransfer || isInTextField(event)) return;
      event.preventDefault();
      mark(true);
    };
    /** @param {DragEvent} event */
    const drop = (event) => {
      mark(false);
      const given = event.dataTransfer && contentOf(event.dataTransfer);
      if (!given || (typeof given === "string" && isInTextField(event))) return;
      event.preventDefault();
      take(given);
    };
    /** @param {DragEvent} event */
    const leave = (event) => {
      if (event.relatedTarget === null) mark(false);
    };
    document.addEventListener("paste", paste);
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", drop);
    return () => {
      mark(false);
      document.removeEventListener("paste", paste);
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", drop);
    };
  });
}

/** @param {boolean} isOver */
function mark(isOver) {
  document.documentElement.classList.toggle("is-dropping", isOver);
}

/** @param {Event} event */
function isInTextField({ target }) {
  return target instanceof Element && target.closest(TEXT_INPUTS) !== null;
}

/**
 * Return the first file that was pasted or dropped. Without a file, return the text. A copied image may also include
 * text.
 *
 * @param {DataTransfer} transfer
 */
function contentOf(transfer) {
  return transfer.files[0] ?? (transfer.getData("text/uri-list") || transfer.getData("text/plain")).trim();
}
