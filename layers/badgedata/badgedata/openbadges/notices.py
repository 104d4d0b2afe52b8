"""Notices about a source, for the person who reads the preview of a replacement.

Each notice has a machine-readable code and text for people. The text is created only when a notice is stored or shown.
"""

from collections import Counter
from typing import Final, Literal, NamedTuple

from badgedata.openbadges.rejections import quoted

type NoticeCode = Literal[
    "address-left-out",
    "address-relative",
    "address-without-scheme",
    "alignment-left-out",
    "award-images-unbaked",
    "control-characters-removed",
    "criteria-left-out",
    "criteria-not-kept",
    "drawing-animated",
    "drawing-cleaned",
    "embedded-image",
    "fields-left-out",
    "image-animated",
    "image-converted",
    "image-kept",
    "image-not-loaded",
    "image-scaled",
    "image-unavailable",
    "key-elsewhere",
    "key-included",
    "key-of-other-did",
    "key-unlisted",
    "key-unowned",
    "language-left-out",
    "no-criteria",
    "no-description",
    "no-image",
    "no-image-at-all",
    "no-proof",
    "proof-unchecked",
    "several-achievements",
    "signature-by-other-algorithm",
    "signature-unchecked",
    "values-left-out",
]

TEXTS: Final[dict[NoticeCode, str]] = {
    "address-left-out": "The URL for {} is omitted because it is not an http or https URL: {}",
    "address-relative": "The URL for {} is omitted because it is relative and the source has no URL of its own: {}",
    "address-without-scheme": "The URL for {} has no scheme, so https:// was added: {}",
    "alignment-left-out": "An alignment is omitted because its name or URL is missing: {}",
    "award-images-unbaked": "The badge's image is neither a PNG nor an SVG, so assertions can't be baked into it.",
    "control-characters-removed": "Control characters were removed from: {}.",
    "criteria-left-out": "The source has {} criteria {}. Only the first is kept. Omitted: {}",
    "criteria-not-kept": "The source's criteria can't be kept, so the badge will have no criteria.",
    "drawing-animated": (
        "The SVG image is animated. Only its state before the animation is kept, because badges are static."
    ),
    "drawing-cleaned": "The SVG image was cleaned. Removed: {}.",
    "embedded-image": "Embedded image: {}",
    "fields-left-out": "These fields are omitted because this product doesn't store them: {}",
    "image-animated": "The image is animated. Only its first frame is used.",
    "image-converted": "The image was {}. It was converted to a PNG.",
    "image-kept": "The source has no image. The badge keeps its current image.",
    "image-not-loaded": "The image couldn't be loaded. The badge keeps its current image. {}",
    "image-scaled": "The image was scaled from {} x {} to {} x {} pixels, because a PNG can be at most 4 MiB.",
    "image-unavailable": "The image you sent is used, because the badge class's image can't be read: {}",
    "key-elsewhere": "The signing key is at {}, which is not on the site of the issuer {}.",
    "key-included": "The signature is valid, but the badge contains the key, so anyone could have signed the badge.",
    "key-of-other-did": "It can't be confirmed that the signing key belongs to {}.",
    "key-unlisted": "The signature is valid, but the issuer's profile does not list the key {}.",
    "key-unowned": "The signature is valid, but it can't be confirmed that the key belongs to the issuer: {}.",
    "language-left-out": "The language tag of {} is omitted: {}",
    "no-criteria": "The source has no criteria, so the badge will have none.",
    "no-description": "The source has no description, so the badge will have none.",
    "no-image": "The source has no image.",
    "no-image-at-all": (
        "The badge will have no image, because neither the badge nor the source has an image that can be used."
    ),
    "no-proof": "The credential has no proof, so its issuer can't be confirmed.",
    "proof-unchecked": "The credential's embedded proof ({}) was not checked.",
    "several-achievements": "The credential has several achievements. Only the first is kept. Omitted: {}",
    "signature-by-other-algorithm": "The signature was not checked: its algorithm is {}, not RS256, ES256, or EdDSA.",
    "signature-unchecked": "The signature was not checked: {}.",
    "values-left-out": "The source has {} values for {}. Only the first is kept. Omitted: {}",
}

MAX_NAMED_LOSSES: Final = 12
MAX_KINDS_OF_LOSSES: Final = 1000


class Notice(NamedTuple):
    """A notice about the source of a replacement.

    Parameters
    ----------
    code
        A machine-readable code that identifies the kind of notice.
    values
        The values to insert into the notice's text, in order.

    Examples
    --------
    >>> str(Notice("image-converted", ("a JPEG",)))
    'The image was a JPEG. It was converted to a PNG.'
    """

    code: NoticeCode
    values: tuple[object, ...] = ()

    def __str__(self) -> str:
        return TEXTS[self.code].format(*self.values)


class Losses:
    """The parts of a drawing that were omitted or changed.

    Examples
    --------
    >>> losses = Losses()
    >>> losses.add("<script>"), losses.add("<script>"), losses.add("onclick")
    (None, None, None)
    >>> [str(notice) for notice in losses.notices()]
    ['The SVG image was cleaned. Removed: <script> (2), onclick.']
    """

    def __init__(self) -> None:
        self._left_out: Counter[str] = Counter()
        self._notes: dict[Notice, None] = {}

    def add(self, what: str) -> None:
        """Count an omitted part by its kind. After the first thousand kinds, all further kinds are counted together."""
        self._left_out[quoted(what) if len(self._left_out) < MAX_KINDS_OF_LOSSES else "other parts"] += 1

    def note(self, notice: Notice) -> None:
        """Add a notice unless the same notice has already been added."""
        self._notes.setdefault(notice)

    def notices(self) -> tuple[Notice, ...]:
        """Return all notices. If any parts were omitted, the first notice lists them."""
        if not self._left_out:
            return tuple(self._notes)
        named = [f"{what} ({count})" if count > 1 else what for what, count in self._left_out.items()]
        more = len(named) - MAX_NAMED_LOSSES
        listed = ", ".join(named[:MAX_NAMED_LOSSES]) + (f", and {more} more" if more > 0 else "")
        return (Notice("drawing-cleaned", (listed,)), *self._notes)
