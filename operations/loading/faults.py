"""Check individual values, and collect a document's faults with their JSON paths.

The checks ignore absent values. They also ignore values of the wrong type (``UNSET``), because these already have a
fault.
"""

import re
from datetime import date
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from badgedata import clock
from badgedata.identifiers import has_disguised_ascii, is_entity_id
from badgedata.json_faults import TOO_DEEP, below, is_too_deep, quoted
from badgedata.text import control_character_in, without_control_characters
from operations.loading.images import read_data_uri

MAX_NAMED_FAULTS: Final = 50


class Fault(NamedTuple):
    """An invalid value. `path` is a JSON path such as ``$.issuers[0].issuer.name``."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class Faults:
    """The faults in one document. The first 50 faults are kept. All others are only counted."""

    def __init__(self) -> None:
        self.named: list[Fault] = []
        self.count = 0

    def add(self, path: str, message: str) -> None:
        """Add a fault for the value at `path`."""
        self.count += 1
        if len(self.named) < MAX_NAMED_FAULTS:
            self.named.append(Fault(path, message))


class InvalidDocumentError(Exception):
    """Raised when a document is invalid. Nothing was written."""

    def __init__(self, faults: list[Fault], count: int | None = None) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
        self.count = len(faults) if count is None else count
        """The total number of faults, including those not in `faults`."""


MAX_ITEM_BYTES: Final = 400 * 1024
"""DynamoDB's maximum item size, which includes attribute names and values in UTF-8."""

MAX_IMAGE_URL_BYTES: Final = 2048  # the maximum size of an index key (by-image)
_NOT_IN_THE_ITEM: Final = frozenset({"@context", "image", "assertions", "learners"})
_KEYS_BYTES: Final = 4096  # an item's keys, parents, and stored image key
_EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f-\x9f]+@[^\s@\x00-\x1f\x7f-\x9f]+")
_MAX_EMAIL_CHARACTERS: Final = 128  # the user pool's limit for user names
_NOT_IN_A_URL = re.compile(r"[\s\x00-\x20\x7f<>\"]")
_MAX_LEARNER_ID_BYTES: Final = 1000  # a sort key can have at most 1,024 bytes, including its prefix


def check_characters(faults: Faults, path: str, value: object) -> None:
    """Add a fault for each string or key in a JSON value that contains a control character.

    Tabs and line breaks are allowed.
    """
    match value:
        case str():
            _check_text(faults, path, value, "")
        case dict():
            for key, item in value.items():
                at = below(path, without_control_characters(key))
                _check_text(faults, at, key, " of the key")
                check_characters(faults, at, item)
        case list():
            for index, item in enumerate(value):
                check_characters(faults, f"{path}[{index}]", item)


def _check_text(faults: Faults, path: str, text: str, where: str) -> None:
    if (found := control_character_in(text)) is not None:
        position, character = found
        faults.add(
            path,
            f"character {position:,}{where} is the control character {character}; "
            "only tab, line feed, and carriage return are allowed",
        )


def check_id(faults: Faults, path: str, value: str, earlier: set[str], what: str) -> None:
    """Check that an ID has the right format and is not in `earlier`. Then add it to `earlier`.

    Parameters
    ----------
    what
        The kind of item and the scope of its IDs, as shown in the fault's message, such as ``"group of this issuer"``.
    """
    if not isinstance(value, str):
        return
    if not is_entity_id(value):
        faults.add(path, f"{quoted(value)} is not a valid ID (1 to 64 characters: A-Z, a-z, 0-9, _, and -)")
    elif value in earlier:
        faults.add(path, f"{quoted(value)} is not unique; an earlier {what} has the same ID")
    earlier.add(value)


def check_learner_id(faults: Faults, path: str, value: str, earlier: set[str]) -> None:
    """Check that a learner's ID fits in a key and is unique. Other systems assign these IDs, so any text is allowed."""
    if not isinstance(value, str):
        return
    if not 1 <= len(value.encode()) <= _MAX_LEARNER_ID_BYTES:
        faults.add(path, f"{quoted(value)} is not a valid learner ID (1 to {_MAX_LEARNER_ID_BYTES:,} bytes in UTF-8)")
    elif value in earlier:
        faults.add(path, f"{quoted(value)} is not unique; an earlier learner in this group has the same ID")
    earlier.add(value)


def check_time(faults: Faults, path: str, value: str | None) -> None:
    """Check that a value is an ISO 8601 time with a UTC offset. Seconds may be omitted (``2026-01-31T10:00+01``)."""
    if not isinstance(value, str):
        return
    try:
        clock.parse_iso8601(value)
    except ValueError as error:
        faults.add(path, str(error).replace(repr(value), quoted(value)))


def check_date_or_time(faults: Faults, path: str, value: str | None) -> None:
    """Check that a value is a date such as ``2026-01-31``, or a time with a UTC offset."""
    if not isinstance(value, str) or is_date(value):
        return
    try:
        clock.parse_iso8601(value)
    except ValueError:
        faults.add(
            path,
            f"{quoted(value)} is not a valid date such as 2026-01-31, "
            "or a time with a UTC offset such as 2026-01-31T09:00:00Z",
        )


def is_date(text: str) -> bool:
    """Return whether `text` is a valid date in the format ``2026-01-31``."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def check_url(faults: Faults, path: str, value: str | None, alternative: str = "") -> None:
    """Check that a value is an http or https URL with a host and without spaces.

    Parameters
    ----------
    alternative
        Text to append to the fault's message if another kind of value is also allowed.
    """
    if not isinstance(value, str):
        return
    try:
        parts = urlsplit(value)
        is_valid = (
            parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and not _NOT_IN_A_URL.search(value)
        )
    except ValueError:
        is_valid = False
    if not is_valid:
        faults.add(path, f"{quoted(value)} is not an http or https URL such as https://example.org/page{alternative}")


def check_parent_url(faults: Faults, path: str, url: str | None, entity_id: str, what: str) -> None:
    """Check that a parent's URL ends with the parent's ID."""
    if isinstance(url, str) and isinstance(entity_id, str) and url.rstrip("/").rpartition("/")[2] != entity_id:
        faults.add(path, f"{quoted(url)} must end with the ID of the {what} that contains it, {quoted(entity_id)}")


def check_email(faults: Faults, path: str, value: str | None) -> None:
    """Check that a value is an email address: one ``@`` with text on both sides, and no spaces."""
    if isinstance(value, str) and not (_EMAIL.fullmatch(value) and len(value) <= _MAX_EMAIL_CHARACTERS):
        faults.add(path, f"{quoted(value)} is not an email address")


def check_member_email(faults: Faults, path: str, value: str | None) -> None:
    """Check a member's email address.

    Non-ASCII characters that become ASCII letters in lowercase or in normalized form are not allowed, because user
    pools treat them as ASCII letters.
    """
    check_email(faults, path, value)
    if isinstance(value, str) and has_disguised_ascii(value):
        faults.add(
            path, f"{quoted(value)} contains a character that looks like an ASCII character; write the address in ASCII"
        )


def check_image(faults: Faults, path: str, value: str | None) -> None:
    """Check that a value is a URL, or a `data:` URI with an image of the declared type."""
    if isinstance(value, str) and value[:5].lower() == "data:":
        try:
            read_data_uri(value)
        except ValueError as error:
            faults.add(path, str(error))
    else:
        check_url(faults, path, value, alternative=", or a data: URI that contains an image")
        if isinstance(value, str) and len(value.encode()) > MAX_IMAGE_URL_BYTES:
            faults.add(path, f"{quoted(value)} is longer than {MAX_IMAGE_URL_BYTES:,} bytes, the maximum for a URL")


def check_depth(faults: Faults, path: str, value: object) -> None:
    """Check that a value isn't nested too deeply, counting from the top level of the document."""
    if isinstance(value, dict | list) and is_too_deep(value, above=path.count(".") + path.count("[")):
        faults.add(path, f"is {TOO_DEEP} in a document")


def check_item_size(faults: Faults, path: str, part: msgspec.Struct, what: str) -> None:
    """Check that a part fits in one table item. The size excludes images, because images are stored separately."""
    try:
        # Escapes make JSON longer than the stored item, never shorter, so most parts pass here.
        if len(msgspec.json.encode(part)) + _KEYS_BYTES <= MAX_ITEM_BYTES:
            return
        size = stored_bytes(
            {key: value for key, value in msgspec.to_builtins(part).items() if key not in _NOT_IN_THE_ITEM}
        )
    except (RecursionError, TypeError, msgspec.MsgspecError):  # its shape or depth is invalid, as already reported
        return
    if size + _KEYS_BYTES > MAX_ITEM_BYTES:
        faults.add(
            path,
            f"needs about {size // 1024:,} KiB when stored, but the maximum for {what} is 396 KiB; shorten its text",
        )


def stored_bytes(value: Any) -> int:
    """Return the approximate number of bytes that DynamoDB needs to store a JSON value."""
    match value:
        case str():
            return len(value.encode())
        case dict():
            return 3 + sum(1 + len(key.encode()) + stored_bytes(item) for key, item in value.items())
        case list():
            return 3 + sum(1 + stored_bytes(item) for item in value)
        case bool() | None:
            return 1
    return 6  # a number with at most seven digits, at two digits per byte, plus overhead
