"""Create and check entity IDs, and normalize email addresses for comparison."""

import re
import secrets
import time
import unicodedata
from datetime import datetime

ENTITY_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def is_entity_id(text: str) -> bool:
    """Return whether `text` has the format of an entity ID."""
    return ENTITY_ID.fullmatch(text) is not None


def new_id(moment: datetime | None = None) -> str:
    """Return a new ID that can't be guessed. IDs sort by creation time.

    An ID consists of the creation time in milliseconds and 80 random bits, in hexadecimal.

    Parameters
    ----------
    moment
        The creation time. The default is now.
    """
    start = f"{time.time_ns() // 1_000_000:012x}" if moment is None else first_id_at(moment)
    return f"{start}{secrets.token_hex(10)}"


def first_id_at(moment: datetime) -> str:
    """Return a string that sorts between the IDs created before `moment` and all later IDs."""
    return f"{max(0, round(moment.timestamp() * 1_000_000) // 1000):012x}"


def comparable_address(email: str) -> str:
    """Return an email address in normalized form. Addresses are compared only in this form.

    Surrounding whitespace is removed, letters are converted to lowercase, and NFC is applied, as RFC 6532, section
    3.1, recommends. NFKC and case folding aren't used, because they would merge the addresses of different mailboxes.
    For example, they turn full-width letters, the long s, and the sharp s into ASCII letters. Even NFC turns the
    Kelvin sign into a K. If an address contains such a character (`has_disguised_ascii`), only the whitespace is
    removed.

    >>> comparable_address(" Ada@Example.org")
    'ada@example.org'
    """
    text = email.strip()
    if text.isascii():
        return text.lower()
    return text if has_disguised_ascii(text) else _folded(text)


def has_disguised_ascii(text: str) -> bool:
    """Return whether lowercasing or NFC would turn a non-ASCII character in `text` into an ASCII character."""
    return any(not character.isascii() and _folded(character).isascii() for character in text)


def _folded(text: str) -> str:
    # Lowercasing can undo NFC, and NFC can undo lowercasing (for accents that compose only with a lowercase letter).
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())
