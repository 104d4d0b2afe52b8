"""Determine whether an identity in a record, in plain text or hashed, belongs to a person."""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from badgedata.identifiers import comparable_address

_ALGORITHMS: Final = ("sha256", "md5", "sha1", "sha224", "sha384", "sha512")
_TELEPHONE: Final = re.compile(r"(?:tel:)?\+?[\d\s().-]{5,}")
_NOT_DIALED: Final = re.compile(r"[\s().-]|tel:")


class Person:
    """A person with one or more identities: email addresses, telephone numbers, URLs, or IDs from other systems.

    For email addresses, letter case and a `mailto:` prefix are ignored. For telephone numbers, spaces and punctuation
    are ignored. All other identities must match exactly.
    """

    def __init__(self, identities: Iterable[str]) -> None:
        given = [identity.strip() for identity in identities]
        self._exact = {*given, *(_comparable(identity) for identity in given)}
        self._comparable = {_comparable(identity) for identity in given}
        # The forms that an issuer may have hashed: as provided, in lowercase, and with the scheme.
        self._hashable = sorted(
            {text for form in self._exact for text in (form, form.lower())}
            | {f"mailto:{form}" for form in self._exact if "@" in form and not form.startswith("mailto:")}
        )

    def is_named(self, identity: str) -> bool:
        """Return whether a plain-text identity is one of the person's identities."""
        return identity in self._exact or _comparable(identity) in self._comparable

    def is_recipient(self, identity: str, salt: str | None) -> bool:
        """Return whether an award's recipient (Open Badges 2.0, "IdentityObject") is this person.

        The identity is recognized as a hash by its format, because some issuers set `hashed` incorrectly.
        """
        if self.is_named(identity):
            return True
        algorithm, separator, digest = identity.partition("$")
        if not separator or algorithm.lower() not in _ALGORITHMS:
            return False
        return any(
            hashlib.new(algorithm.lower(), (form + suffix).encode(), usedforsecurity=False).hexdigest()
            == digest.lower()
            for form in self._hashable
            for suffix in {salt or "", ""}
        )


def _comparable(identity: str) -> str:
    text = identity.strip()
    if "@" in text and not text.lower().startswith(("http://", "https://")):
        address = text[len("mailto:") :] if text.lower().startswith("mailto:") else text
        return comparable_address(address)
    if _TELEPHONE.fullmatch(text):
        return _NOT_DIALED.sub("", text)
    return text
