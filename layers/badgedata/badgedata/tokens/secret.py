"""An access token's secret: ``bdm_``, 30 random characters, and a 6-character checksum.

The prefix and the checksum work like those in GitHub tokens. Scanners can recognize a leaked secret without false
positives. The authorizer can reject a mistyped secret without reading a table.
"""

import hashlib
import re
import secrets
import string
import zlib
from typing import Final

PREFIX: Final = "bdm_"
_ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM_CHARACTERS: Final = 30  # 178 random bits, so the hash needs neither a salt nor many rounds
_CHECKSUM_CHARACTERS: Final = 6  # the fewest base62 digits that hold 32 bits
_SECRET: Final = re.compile(f"{PREFIX}[0-9A-Za-z]{{{_RANDOM_CHARACTERS + _CHECKSUM_CHARACTERS}}}")


def new_secret() -> str:
    """Return a new random secret, including its prefix and checksum."""
    random = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_CHARACTERS))
    return PREFIX + random + _checksum(random)


def is_secret(text: str) -> bool:
    """Return whether text has the format of a secret, including its checksum.

    >>> is_secret("bdm_0000000000000000000000000000002C8GjS")
    True
    >>> is_secret("bdm_0000000000000000000000000000012C8GjS")
    False
    """
    if _SECRET.fullmatch(text) is None:
        return False
    random = text.removeprefix(PREFIX)[:_RANDOM_CHARACTERS]
    return text == PREFIX + random + _checksum(random)


def hash_of(secret: str) -> str:
    """Return the SHA-256 hash of a secret, in hexadecimal. Only this hash is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(random: str) -> str:
    """Return the CRC-32 of a secret's random characters, in base62 (most significant digit first)."""
    number, digits = zlib.crc32(random.encode()), ""
    for _ in range(_CHECKSUM_CHARACTERS):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
