"""What is wrong with a document, and where: JSON paths and reasons for people, and the rules on single values.

Each check passes over a value that is absent or that was already found faulty in its shape (``UNSET``).
"""

import re
from datetime import date
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from badgedata import clock
from badgedata.identifiers import has_disguised_ascii, is_entity_id
from badgedata.text import control_character_in, shortened
from operations.loading.images import read_data_uri

NAMED_FAULTS: Final = 50
_SHOWN_CHARACTERS: Final = 80
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Fault(NamedTuple):
    """One thing that has to change. `path` is a JSON path such as ``$.issuers[0].issuer.name``."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class Faults:
    """Collects the faults of one document; the first 50 are named, those behind them only counted."""

    def __init__(self) -> None:
        self.named: list[Fault] = []
        self.count = 0

    def add(self, path: str, message: str) -> None:
        """Take down that the value at `path` is wrong."""
        self.count += 1
        if len(self.named) < NAMED_FAULTS:
            self.named.append(Fault(path, message))


class BadDocument(Exception):
    """A document that can't be loaded. Nothing of it was written."""

    def __init__(self, faults: list[Fault], count: int | None = None) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
        self.count = len(faults) if count is None else count
        """How many faults there are in all, those that aren't named included."""


def below(path: str, key: str) -> str:
    """Give the JSON path of `key` in the object at `path`.

    >>> below("$", "name"), below("$.issuer", "@context")
    ('$.name', '$.issuer["@context"]')
    """
    return f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f"{path}[{shown(key)}]"


def shown(value: object) -> str:
    """Write a value of the document as JSON on one line, shortened where it is long.

    >>> shown("2026-02-30")
    '"2026-02-30"'
    """
    if isinstance(value, str):
        value = shortened(value, _SHOWN_CHARACTERS)
    return msgspec.json.encode(value).decode()


ITEM_LIMIT_BYTES: Final = 400 * 1024
"""DynamoDB's limit on one item: attribute names and values in UTF-8."""

IMAGE_ADDRESS_LIMIT_BYTES: Final = 2048  # what an index takes as a key (the Directory's by-image)
_NOT_IN_THE_ITEM: Final = frozenset({"@context", "image", "assertions", "learners"})
_KEYS_BYTES: Final = 4096  # what an item has beside its part of the document: keys, parents, a stored image's address
_EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f-\x9f]+@[^\s@\x00-\x1f\x7f-\x9f]+")
_EMAIL_LIMIT_CHARACTERS: Final = 128  # the user pool takes no longer ones as a user name
_NOT_IN_A_URL = re.compile(r"[\s\x00-\x20\x7f<>\"]")
_LEARNER_ID_LIMIT_BYTES: Final = 1000  # a sort key has at most 1,024, its prefix included


def check_characters(faults: Faults, path: str, value: object) -> None:
    """No text in a decoded JSON value holds a control character, other than tabs and line breaks."""
    match value:
        case str():
            if (found := control_character_in(value)) is not None:
                position, character = found
                faults.add(
                    path,
                    f"character {position:,} is the control character {character}; "
                    "of these, text may hold only tab, line feed, and carriage return",
                )
        case dict():
            for key, item in value.items():
                check_characters(faults, below(path, key), item)
        case list():
            for index, item in enumerate(value):
                check_characters(faults, f"{path}[{index}]", item)


def check_id(faults: Faults, path: str, value: str, earlier: set[str], what: str) -> None:
    """An id has the shape of one, and is no other `what`'s; it is taken down in `earlier`."""
    if not isinstance(value, str):
        return
    if not is_entity_id(value):
        faults.add(path, f"{shown(value)} is not an id: 1 to 64 characters of A-Z, a-z, 0-9, _ and -")
    elif value in earlier:
        faults.add(path, f"{shown(value)} is the id of an earlier {what} too")
    earlier.add(value)


def check_learner_id(faults: Faults, path: str, value: str, earlier: set[str]) -> None:
    """A learner's id is any text, as other systems make them up, but one that fits into a key."""
    if not isinstance(value, str):
        return
    if not 1 <= len(value.encode()) <= _LEARNER_ID_LIMIT_BYTES:
        faults.add(path, f"{shown(value)} is not a learner's id: 1 to {_LEARNER_ID_LIMIT_BYTES:,} bytes in UTF-8")
    elif value in earlier:
        faults.add(path, f"{shown(value)} is the id of an earlier learner of this group too")
    earlier.add(value)


def check_time(faults: Faults, path: str, value: str | None) -> None:
    """A time is ISO 8601 with its offset from UTC, as in RFC 3339 or shorter."""
    if not isinstance(value, str):
        return
    try:
        clock.parse_iso8601(value)
    except ValueError as error:
        faults.add(path, str(error).replace(repr(value), shown(value)))


def check_date_or_time(faults: Faults, path: str, value: str | None) -> None:
    """A day (``2026-01-31``) or a time."""
    if isinstance(value, str) and not is_date(value):
        check_time(faults, path, value)


def is_date(text: str) -> bool:
    """Tell whether `text` is a day that exists, written as in ``2026-01-31``."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def check_url(faults: Faults, path: str, value: str | None) -> None:
    """An address is http or https, with a host, and without blanks."""
    if not isinstance(value, str):
        return
    try:
        parts = urlsplit(value)
        sound = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and not _NOT_IN_A_URL.search(value)
    except ValueError:
        sound = False
    if not sound:
        faults.add(path, f"{shown(value)} is not an http or https address such as https://example.org/page")


def check_points_at(faults: Faults, path: str, url: str | None, entity_id: str, what: str) -> None:
    """Where a part names its parent by address, that address ends with the parent's id."""
    if isinstance(url, str) and isinstance(entity_id, str) and url.rstrip("/").rpartition("/")[2] != entity_id:
        faults.add(path, f"{shown(url)} does not end with the id of the {what} that holds it, {shown(entity_id)}")


def check_email(faults: Faults, path: str, value: str | None) -> None:
    """An e-mail address has one ``@``, something on either side, and no blanks."""
    if isinstance(value, str) and not (_EMAIL.fullmatch(value) and len(value) <= _EMAIL_LIMIT_CHARACTERS):
        faults.add(path, f"{shown(value)} is not an e-mail address")


def check_member_email(faults: Faults, path: str, value: str | None) -> None:
    """A member's address has no look-alike of an ASCII character, which user pools take for that character."""
    check_email(faults, path, value)
    if isinstance(value, str) and has_disguised_ascii(value):
        faults.add(
            path, f"{shown(value)} has a character that only looks like an ASCII character; write the address in ASCII"
        )


def check_image(faults: Faults, path: str, value: str | None) -> None:
    """An image is an address, or a `data:` URI of an image that is what it claims to be."""
    if isinstance(value, str) and value[:5].lower() == "data:":
        try:
            read_data_uri(value)
        except ValueError as error:
            faults.add(path, str(error))
    else:
        check_url(faults, path, value)
        if isinstance(value, str) and len(value.encode()) > IMAGE_ADDRESS_LIMIT_BYTES:
            faults.add(
                path, f"{shown(value)} is longer than the {IMAGE_ADDRESS_LIMIT_BYTES:,} bytes that an address may have"
            )


def check_item_size(faults: Faults, path: str, part: msgspec.Struct, what: str) -> None:
    """What becomes one item of a table is small enough for one. Its image is stored beside it, and doesn't count."""
    try:
        # Escapes make JSON longer than what is stored, never shorter: most parts need no second look.
        if len(msgspec.json.encode(part)) + _KEYS_BYTES <= ITEM_LIMIT_BYTES:
            return
        size = stored_bytes(
            {key: value for key, value in msgspec.to_builtins(part).items() if key not in _NOT_IN_THE_ITEM}
        )
    except RecursionError:
        faults.add(path, "is nested too deeply")
        return
    except (TypeError, msgspec.MsgspecError):  # faulty in its shape, which has been told
        return
    if size + _KEYS_BYTES > ITEM_LIMIT_BYTES:
        faults.add(
            path, f"needs about {size // 1024:,} KiB as stored, and {what} may need at most 396 KiB; shorten its texts"
        )


def stored_bytes(value: Any) -> int:
    """Give about how many bytes a decoded JSON value needs in an item, by DynamoDB's rules for item sizes."""
    match value:
        case str():
            return len(value.encode())
        case dict():
            return 3 + sum(1 + len(key.encode()) + stored_bytes(item) for key, item in value.items())
        case list():
            return 3 + sum(1 + stored_bytes(item) for item in value)
        case bool() | None:
            return 1
    return 6  # a count: at most seven digits, two of them a byte, and what else a number needs
