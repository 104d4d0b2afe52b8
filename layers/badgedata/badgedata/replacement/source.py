"""What a person gives to replace a badge from: an address, JSON, or an image."""

from dataclasses import dataclass
from typing import Any, Literal

SourceKind = Literal["url", "json", "image"]


@dataclass(frozen=True)
class Source:
    """Where the new badge comes from.

    Parameters
    ----------
    kind
        How it was given.
    content
        The address; the assertion or badge class, as an object or as text; or the image in Base64.
    """

    kind: SourceKind
    content: Any
