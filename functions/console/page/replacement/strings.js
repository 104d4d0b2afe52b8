/** The text about replacements. */

/** @import { ImageResyncDocument, SourceDocument } from "../api/api-types.d.ts" */

import { plural } from "../shared/sentences.js";

export const replacementStrings = {
  replace: {
    title: "Replace this badge",
    text: "Overwrite this badge with a newer version from any Open Badges platform. You can compare the two before anything changes.",
    history: "Replacements",
    never: "This badge hasn't been replaced yet.",
    from: "Get the new badge from",
    ways: { image: "Image", url: "Web address", json: "JSON" },
    image: "Badge image",
    imageHint: "A PNG or SVG of an awarded badge with embedded badge data (up to 4 MB). Choose, drop, or paste it.",
    /** @type {(name: string, size: string) => string} */
    chosen: (name, size) => `${name}, ${size}`,
    /** @type {(size: string, most: string) => string} */
    tooLarge: (size, most) => `This image is ${size}. The maximum is ${most}.`,
    url: "Web address of the badge",
    urlHint: "The public address of an awarded badge, a badge class, or a badge image",
    json: "JSON of an awarded badge",
    jsonHint: "An assertion, credential, or badge class in Open Badges 0.5 to 3.0 format",
    missing: { image: "Choose an image.", url: "Enter a web address.", json: "Paste the JSON." },
    continue: "Continue",
    preview: "Preview",
    /** @type {(source: SourceDocument) => string} */
    readFrom: ({ kind, openBadgesVersion, assertionId }) =>
      `Read from ${{ image: "an image", url: "a web address", json: "JSON" }[kind]}, Open Badges ${openBadgesVersion}${assertionId ? ` (${assertionId})` : ""}`,
    warnings: "Before you replace the badge, check these warnings:",
    parts: {
      image: "Image",
      name: "Name",
      description: "Description",
      criteria: "Criteria",
      alignment: "Alignment",
      tags: "Tags",
    },
    changes: "Changes",
    stays: "Unchanged",
    current: "Current",
    proposed: "Proposed",
    nothing: "None",
    /** @type {(side: string) => string} */
    pictureOf: (side) => `${side} image`,
    nothingChanges: "The new badge is identical to the current one.",
    noWayBack: "This can't be undone.",
    noWayBackText:
      "The current badge is overwritten permanently. Awards already issued are kept. They show the new text immediately, and their images are updated afterward.",
    confirm: "Replace badge",
    startOver: "Start over",
    /** @type {(name: string) => string} */
    done: (name) => `The badge is now “${name}”.`,
    earlier: "All replacements",
    lookAgain: "Show preview",
    status: { previewed: "Not confirmed", replaced: "Replaced", cancelled: "Cancelled", expired: "Expired" },
  },
  resync: {
    title: "Images of awarded badges",
    status: { "in-progress": "In progress", complete: "Complete", overdue: "Overdue" },
    counting: "Counting awarded badges…",
    noAwards: "This badge hasn't been awarded yet, so there are no images to refresh.",
    /** @type {(refreshed: string, total: string) => string} */
    refreshed: (refreshed, total) => `${refreshed} of ${total} images refreshed`,
    /** @type {(day: string, distance: string) => string} */
    window: (day, distance) => `Failed images are retried until ${day} (${distance}).`,
    /** @type {(count: number, text: string, status: ImageResyncDocument["status"]) => string} */
    failed: (count, text, status) =>
      status === "overdue"
        ? `${text} ${plural(count, "image", "images")} could not be refreshed:`
        : `${text} ${plural(count, "image has", "images have")} failed so far and will be retried:`,
    /** @type {(count: string, day: string) => string} */
    overdue: (count, day) =>
      `${count} images were not refreshed by ${day}. They still show the old image; these awards are otherwise correct.`,
    which: "Details",
    /** @type {(count: string, next: string | undefined) => string} */
    tries: (count, next) => (next ? `Attempts: ${count}, next ${next}` : `Attempts: ${count}`),
    contact: "Contact:",
  },
};
