/** The text about replacements. */

/**
 * @import { ImageResyncDocument, SourceDocument } from "../api/api-types.d.ts"
 * @import { Fault } from "./rejections.js"
 */

import { plural } from "../shared/sentences.js";

const WAYS = { image: "image", url: "web address", json: "JSON" };

/** @type {(fault: Fault) => string} */
const unreachable = ({ host, address, isLinked, way }) =>
  isLinked
    ? `This badge links to data at ${host}, which couldn't be reached. ${way === "json" ? "Paste the JSON of the badge class itself, or use the badge image." : "Paste the badge's JSON instead."}`
    : `Couldn't reach ${address}. Check the address, or paste the badge's JSON instead.`;

/**
 * The messages about a rejected source. Each key is one of the API's problem codes, or a code and a reason.
 * @type {Record<string, (fault: Fault) => string>}
 */
const rejections = {
  "no-badge-in-image": ({ isLinked }) =>
    isLinked
      ? "The image at this address doesn't contain badge data. Use the badge's “share” or “verify” link."
      : "This image doesn't contain badge data. Download the original image of an awarded badge, or use the badge's web address. Screenshots don't work.",
  "bad-image": ({ isLinked }) =>
    `${isLinked ? "The badge's image" : "This image"} is corrupt or can't be used. Download it again, or use another image.`,
  "bad-image not-an-image": () => "This file isn't a PNG or SVG image.",
  "bad-signature": () =>
    "This badge's signature isn't valid, so the badge may have been altered. Get a new copy from its issuer.",
  "unreachable-source": unreachable,
  "unreachable-source http-status": (fault) => {
    const { host, httpStatus = 0, isLinked } = fault;
    if (isLinked) return unreachable(fault);
    if (httpStatus === 404 || httpStatus === 410) return `There's no badge at this address (${httpStatus}).`;
    if (httpStatus === 401 || httpStatus === 403)
      return `${host} doesn't allow public access to this badge (${httpStatus}). Make the badge public there, or paste its JSON instead.`;
    return `${host} returned an error (${httpStatus}). Try again later, or paste the badge's JSON instead.`;
  },
  "unreachable-source too-many-redirects": ({ host }) =>
    `${host} redirected too many times. Use the badge's “share” or “verify” link.`,
  "unreachable-source invalid-address": (fault) =>
    fault.isLinked ? unreachable(fault) : "Enter a full web address, such as https://example.org/badge.",
  "blocked-address": () => "This address can't be used. Use a public web address.",
  "blocked-address private-address": ({ isLinked, host }) =>
    isLinked
      ? `The badge links to ${host}, which is a private address. Use a badge that links only to public addresses.`
      : "This address is private. Use a public web address.",
  "blocked-address not-web-address": () =>
    "This badge contains a link that isn't a web address. Paste the JSON of the badge class itself.",
  "blocked-address other-port": () => "This address has a port number. Use a web address without one.",
  "blocked-address address-with-credentials": () =>
    "This address contains a username or password. Use a public web address.",
  "source-too-large": ({ way }) =>
    way === "image"
      ? "This image is too large. The limit is 4 MB."
      : "This badge is too large. The limit is 1 MB for the JSON and 4 MB for the image.",
  "too-many-documents": () => "This badge links to too many other documents. Paste the JSON of the badge class itself.",
  "circular-links": () =>
    "This badge's documents link to each other in a loop. Paste the JSON of the badge class itself.",
  "not-open-badges": () => "This isn't a badge. Use an awarded badge (assertion), a credential, or a badge class.",
  "not-open-badges no-link-in-page": ({ way }) =>
    way === "json"
      ? "This is a web page, not JSON. Enter its web address instead."
      : "This page doesn't link to badge data. Use the badge's “share” or “verify” link.",
  "not-open-badges not-json": ({ way }) =>
    way === "json"
      ? "This isn't JSON. Paste an awarded badge (assertion), a credential, or a badge class."
      : "No badge data was found in this source. Use the badge's “share” or “verify” link.",
  "not-open-badges not-a-badge": ({ way }) =>
    way === "json"
      ? "This is valid JSON but not a badge. Paste an awarded badge (assertion), a credential, or a badge class."
      : "This source doesn't contain a badge. Use an awarded badge, a credential, or a badge class.",
  "not-open-badges several-badges": () => "This source contains several badges. Use a source with a single badge.",
  "not-open-badges invalid-field": () =>
    "This badge's data is incomplete or invalid. Export the badge from its platform again, or see the technical details.",
  "not-open-badges invalid-json": ({ line, isLinked, host }) =>
    `${isLinked ? `The JSON at ${host}` : "This JSON"} is incomplete or invalid${line ? ` near line ${line}` : ""}. Export the badge from its platform again, or see the technical details.`,
};

export const replacementStrings = {
  replace: {
    title: "Replace this badge",
    text: "Replace this badge with one from any Open Badges platform. You'll review the changes first.",
    onlyEditors: "Admins, owners, and editors can replace this badge.",
    historyTitle: "Replacements",
    history: "Replacement history",
    never: "This badge hasn't been replaced.",
    from: "Get the new badge from",
    ways: { image: "Image", url: "Web address", json: "JSON" },
    image: "Badge image",
    imageHint:
      "A PNG or SVG image of an awarded badge with embedded badge data, up to 4 MB. Choose, drop, or paste the image.",
    choose: "Choose file",
    chooseOther: "Choose another file",
    /** @type {(size: string) => string} */
    tooLarge: (size) => `This image is too large (${size}). The limit is 4 MB.`,
    url: "Badge web address",
    urlHint: "The public address of an awarded badge, a badge class, or a badge image",
    json: "Badge JSON",
    jsonHint:
      "An awarded badge (assertion), a credential, or a badge class in Open Badges 0.5 to 3.0 format. Paste the text, or drop a JSON file.",
    missing: { image: "Choose an image.", url: "Enter a web address.", json: "Paste the JSON." },
    notAddress: "Enter a full web address, such as https://example.org/badge.",
    rejections,
    review: "Review changes",
    /** @type {(name: string) => string} */
    reviewOf: (name) => `Review replacement: ${name}`,
    reviewShort: "Review",
    source: "Source",
    /** @type {(source: SourceDocument) => string} */
    readFrom: ({ kind, openBadgesVersion }) => `${WAYS[kind]}, Open Badges ${openBadgesVersion}`,
    affected: "Awards",
    /** @type {(count: number, text: string) => string} */
    awards: (count, text) =>
      count === 0
        ? "This badge hasn't been awarded yet."
        : `${text} ${plural(count, "award", "awards")} will show the new badge.`,
    backup: "Backup",
    download: "Download the current badge",
    downloadHint:
      "To restore this badge later, drop the downloaded file on this page, or paste its contents under JSON.",
    warnings: "Before you continue:",
    parts: {
      image: "Image",
      name: "Name",
      description: "Description",
      criteria: "Criteria",
      alignment: "Alignment",
      tags: "Tags",
    },
    changes: "Will change",
    /** @type {(parts: string) => string} */
    stays: (parts) => `Unchanged: ${parts}`,
    current: "Current",
    proposed: "New",
    nothing: "None",
    /** @type {(side: string) => string} */
    pictureOf: (side) => `${side} image`,
    nothingToReplace: "Nothing to replace",
    nothingChanges: "The new badge is the same as the current one, so nothing would change.",
    close: "Close",
    noWayBack: "This can't be undone.",
    noWayBackText:
      "The current badge will be permanently overwritten. Existing awards will show the new text right away. Their images will be updated one by one, usually within minutes. Failed updates are retried for 13 days.",
    confirm: "Replace badge",
    /** @type {Record<string, string>} */
    outdated: {
      changed: "This badge has changed since the preview. Preview again to review the changes.",
      cancelled: "This replacement was canceled. Preview again to review the changes.",
      expired: "This preview is more than an hour old. Preview again to review the changes.",
      replaced: "This badge has already been replaced.",
    },
    previewAgain: "Preview again",
    startOver: "Start over",
    /** @type {(name: string) => string} */
    done: (name) => `Badge replaced with “${name}”.`,
    status: { previewed: "Not confirmed", replaced: "Replaced", cancelled: "Canceled", expired: "Expired" },
  },
  resync: {
    title: "Images of awarded badges",
    status: { "in-progress": "In progress", complete: "Complete", overdue: "Overdue" },
    counting: "Counting awarded badges…",
    noAwards: "This badge hasn't been awarded yet, so there are no images to update.",
    /** @type {(refreshed: string, count: number, total: string) => string} */
    refreshed: (refreshed, count, total) => `${refreshed} of ${total} ${plural(count, "image", "images")} updated`,
    /** @type {(minutes: number, text: string) => string} */
    duration: (minutes, text) =>
      minutes <= 1 ? "This usually takes about a minute." : `This usually takes about ${text} minutes.`,
    leave: "You can leave this page.",
    /** @type {(day: string) => string} */
    retried: (day) => `Failed updates are retried until ${day}.`,
    /** @type {(count: number, text: string) => string} */
    failed: (count, text) => `${text} image ${plural(count, "update", "updates")} failed and will be retried:`,
    /** @type {(count: number, text: string, day: string) => string} */
    overdue: (count, text, day) =>
      count === 1
        ? `As of ${day}, 1 image hadn't been updated. The award still shows the old image but is otherwise correct.`
        : `As of ${day}, ${text} images hadn't been updated. The awards still show the old images but are otherwise correct.`,
    which: "Show details",
    /** @type {(count: number, text: string, hasMore: boolean) => string} */
    awards: (count, text, hasMore) => `${text}${hasMore ? "+" : ""} ${plural(count, "award", "awards")}`,
    /** @type {(id: string) => string} */
    awardPage: (id) => `View award ${id}`,
    /** @type {(count: number, text: string, next: string | undefined) => string} */
    attempts: (count, text, next) => `${text} ${plural(count, "attempt", "attempts")}${next ? `, next ${next}` : ""}`,
    /** @type {(text: string) => string} */
    showAll: (text) => `Show all ${text}`,
    contact: "Contact support:",
  },
};
