"""Preview a replacement: read its source and store the proposed content."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import astuple, replace
from typing import Any, Final
from urllib.parse import unquote, unquote_to_bytes

import msgspec

from badgedata import stored_images
from badgedata.access import Caller, find_badge_class
from badgedata.config import config
from badgedata.identifiers import new_id
from badgedata.openbadges.badge_classes import Alignment, BadgeClassProposal, Criteria
from badgedata.openbadges.notices import Notice
from badgedata.openbadges.rejections import SourceRejectedError, quoted
from badgedata.openbadges.source_documents import MAX_IMAGE_BYTES, Fetch, SourceDocument
from badgedata.problems import FieldError, Problem, SourceFault, invalid
from badgedata.records.directory import BadgeClass
from badgedata.records.replacements import Replacement
from badgedata.replacement import lifecycle
from badgedata.replacement.content import Source, SourceKind, changes, current_content, proposed_content
from badgedata.text import without_control_characters

MAX_URL_CHARACTERS: Final = 2048
URL_SAFE: Final = str.maketrans("-_", "+/")


def preview(badge_class: BadgeClass, source: Source, caller: Caller) -> Replacement:
    """Read a replacement's source and store the proposed content as a preview. The preview is valid for an hour.

    Raises
    ------
    Problem
        422 or 413 if the source is rejected, for the reasons listed in `propose`.
    """
    proposal = propose(source)
    # Reading a source takes seconds, and the badge class may have been replaced in the meantime.
    badge_class = find_badge_class(badge_class.entity_id, consistent=True) or badge_class
    replacement_id, image = new_id(), None
    if proposal.image is not None:
        image = stored_images.badge_image(proposal.image.content, proposal.image.extension)
    current = current_content(badge_class)
    proposed, notices = proposed_content(proposal, image.in_record if image else None, current)
    changed = changes(current, proposed)
    if proposal.image is not None and image is not None:
        preview_image = stored_images.preview_image(replacement_id, image)
        stored_images.put(preview_image, proposal.image.content)
        proposed = replace(proposed, image=preview_image.in_record)
    return lifecycle.begin(
        badge_class,
        caller.name,
        replacement_id=replacement_id,
        source={
            "kind": source.kind,
            "openBadgesVersion": proposal.open_badges_version,
            "assertionId": proposal.assertion_id,
            "host": proposal.host or None,
            "issuerName": quoted(proposal.issuer_name).strip() or None,
        },
        current=current,
        proposed=proposed,
        changes=changed,
        warnings=[str(notice) for notice in notices],
    )


def propose(source: Source) -> BadgeClassProposal:
    """Read a source and the documents that the source links to, and return the badge class that they describe.

    Raises
    ------
    Problem
        - 413 if the request's JSON or image is too large.
        - 422 for all other errors, with the error code, the request field, and the document at fault.
    """
    # The modules that read sources take longer to load than the rest of the API, so they are imported only when needed.
    from badgedata.fetching import SourceFetcher
    from badgedata.openbadges.reading import read_source

    fetch = SourceFetcher(allow_loopback=config().loopback_sources).fetch
    try:
        return _without_control_characters(read_source(_FIRST_DOCUMENTS[source.kind](source.content, fetch), fetch))
    except SourceRejectedError as rejected:
        raise _problem(source.kind, rejected) from rejected


def _from_address(url: str, fetch: Fetch) -> SourceDocument:
    if len(url) > MAX_URL_CHARACTERS:
        raise invalid("url", f"This URL is {len(url)} characters long. The maximum is {MAX_URL_CHARACTERS}.")
    return fetch(url.strip())


def _from_json(content: Any, _: Fetch) -> SourceDocument:
    if not isinstance(content, str):
        return SourceDocument(None, "application/json", msgspec.json.encode(content))
    if parts := _data_uri_parts("json", content):
        return SourceDocument(None, "application/json" + _charset(parts[0]), parts[1])
    return SourceDocument(None, "application/json", content.encode("utf-8", "replace"))


def _from_image(content: str, _: Fetch) -> SourceDocument:
    parts = _data_uri_parts("image", content)
    return SourceDocument(None, "image/*", parts[1] if parts else _base64_decoded("image", content))


def _data_uri_parts(kind: SourceKind, text: str) -> tuple[str, bytes] | None:
    """Return the media type and content of a data: URI (RFC 2397), or None for any other string."""
    if text.lstrip()[:5].lower() != "data:":
        return None
    media_type, comma, data = text.strip()[5:].partition(",")
    if not comma:
        raise invalid(kind, "A data: URI must have a comma before its content (RFC 2397).")
    if not media_type.rstrip().lower().endswith(";base64"):
        content = unquote_to_bytes(data.encode("utf-8", "replace"))
        _require_image_size(kind, len(content))
        return media_type, content
    return media_type, _base64_decoded(kind, unquote(data) if "%" in data else data)


def _base64_decoded(kind: SourceKind, text: str) -> bytes:
    """Decode Base64 in either alphabet (RFC 4648, sections 4 and 5), with or without line breaks."""
    encoded = "".join(text.split()).translate(URL_SAFE).rstrip("=")
    _require_image_size(kind, len(encoded) * 3 // 4)  # before decoding: four characters encode three bytes
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        expected = "an image" if kind == "image" else "JSON"
        raise invalid(
            kind, f"Must be {expected} in Base64 (RFC 4648, section 4), but this value can't be decoded."
        ) from None


def _require_image_size(kind: SourceKind, size: int) -> None:
    """Reject content that exceeds the maximum size of an image. The limit for JSON is smaller and is checked later."""
    if size > MAX_IMAGE_BYTES:
        document = "the image you sent" if kind == "image" else "the JSON you sent"
        reason = f"the maximum size is 4 MiB; the content is {size} bytes"
        raise _problem(kind, SourceRejectedError("source-too-large", document, reason))


def _charset(media_type: str) -> str:
    return "".join(f";{part}" for part in media_type.split(";") if part.strip().lower().startswith("charset"))


_TEXT_FIELDS: Final = ("name", "description", "criteria", "alignment", "tags", "assertion_id")
"""The fields of a proposal that contain text."""


def _without_control_characters(proposal: BadgeClassProposal) -> BadgeClassProposal:
    """Return the proposal without control characters. If any were removed, a notice names the changed fields.

    Raise SourceRejectedError if the name consists only of control characters.
    """
    cleaned = replace(
        proposal,
        name=_clean(proposal.name),
        description=_clean(proposal.description),
        criteria=Criteria(*map(_clean, astuple(proposal.criteria))),
        alignment=tuple(Alignment(*map(_clean, astuple(item))) for item in proposal.alignment),
        tags=tuple(map(_clean, proposal.tags)),
        assertion_id=None if proposal.assertion_id is None else _clean(proposal.assertion_id),
    )
    changed = [name for name in _TEXT_FIELDS if getattr(cleaned, name) != getattr(proposal, name)]
    if not changed:
        return proposal
    if not cleaned.name:
        raise SourceRejectedError("not-open-badges", "the badge class", "its name consists only of control characters")
    named = ", ".join("the assertion's ID" if name == "assertion_id" else name for name in changed)
    notice = Notice("control-characters-removed", (named,))
    return replace(cleaned, tags=tuple(filter(None, cleaned.tags)), notices=(*proposal.notices, notice))


def _clean(text: str) -> str:
    cleaned = without_control_characters(text)
    return cleaned if cleaned == text else cleaned.strip()


_FIRST_DOCUMENTS: Final[dict[SourceKind, Callable[[Any, Fetch], SourceDocument]]] = {
    "url": _from_address,
    "json": _from_json,
    "image": _from_image,
}


def _problem(kind: SourceKind, rejected: SourceRejectedError) -> Problem:
    is_own_size = rejected.code == "source-too-large" and kind != "url"
    status, title = (413, "Too large") if is_own_size else (422, "Source rejected")
    return Problem(
        status,
        rejected.code,
        title,
        str(rejected),
        [FieldError(kind, str(rejected))],
        reason=rejected.kind,
        source=SourceFault(quoted(rejected.document), rejected.http_status, rejected.line),
    )
