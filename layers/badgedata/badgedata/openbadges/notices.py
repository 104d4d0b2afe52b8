"""What the person who looks at a preview should know of a source: codes, and the text of each.

Code goes by the codes; a text is made only where it is stored or shown.
"""

from collections import Counter
from typing import Final, Literal, NamedTuple

from badgedata.openbadges.refusals import quoted

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
    "address-left-out": "The address of {} is left out, because it is not an http or https address: {}",
    "address-relative": "The address of {} is left out, because it is relative and the source has no address of its "
    "own: {}",
    "address-without-scheme": "The address of {} has no scheme; https:// is added: {}",
    "alignment-left-out": "An alignment is left out, because it needs both a name and an address: {}",
    "award-images-unbaked": "The badge's image is neither a PNG nor an SVG, so the images of awards can't be baked.",
    "control-characters-removed": "Control characters were removed from: {}.",
    "criteria-left-out": "The source has {} {} of criteria. The first is kept, and left out is {}",
    "criteria-not-kept": "Nothing of the source's criteria can be kept; it would become empty.",
    "drawing-animated": "The drawing is animated. Badges don't move: the image shows the drawing before its animation "
    "starts.",
    "drawing-cleaned": "The drawing was cleaned. Left out: {}.",
    "embedded-image": "Of an embedded image: {}",
    "fields-left-out": "Left out, because a badge here has no such fields: {}",
    "image-animated": "The image is animated; only its first frame is used.",
    "image-converted": "The image was {}; it becomes a PNG.",
    "image-kept": "The source has no image; the badge keeps the one it has.",
    "image-scaled": "The image was scaled from {} x {} to {} x {} pixels, because a PNG may have at most 4 MiB.",
    "image-unavailable": "The picture sent is used, for the badge class's own image can't be had: {}",
    "key-elsewhere": "The signing key is kept at {}, which is not its issuer's address {}.",
    "key-included": "The signature is sound, but its key came along with it: it doesn't show who signed.",
    "key-of-other-did": "Nothing shows that the signing key is that of {}.",
    "key-unlisted": "The signature is sound, but the issuer's profile does not list its key {}.",
    "key-unowned": "The signature is sound, but nothing shows that its key is the issuer's: {}.",
    "language-left-out": "Left out is the language of {}: {}",
    "no-criteria": "The source has no criteria; it would become empty.",
    "no-description": "The source has no description; it would become empty.",
    "no-image": "The source has no image.",
    "no-image-at-all": "The source has no image; and the badge has none either.",
    "no-proof": "The credential carries no proof, so nothing shows who issued it.",
    "proof-unchecked": "The credential's embedded proof ({}) was not checked.",
    "several-achievements": "The credential is about several achievements. Left out is {}",
    "signature-by-other-algorithm": "The signature was not checked: it is made by {}, not RS256, ES256 or EdDSA.",
    "signature-unchecked": "The signature was not checked: {}.",
    "values-left-out": "The source has {} values of {}. The first is kept, and left out is {}",
}

MAX_NAMED_LOSSES: Final = 12
MAX_KINDS_OF_LOSSES: Final = 1000


class Notice(NamedTuple):
    """One thing to know of a source.

    Parameters
    ----------
    code
        What it is.
    values
        What its text names, in the order of the text.

    Examples
    --------
    >>> str(Notice("image-converted", ("a JPEG",)))
    'The image was a JPEG; it becomes a PNG.'
    """

    code: NoticeCode
    values: tuple[object, ...] = ()

    def __str__(self) -> str:
        return TEXTS[self.code].format(*self.values)


class Losses:
    """Collects what was left out of a drawing, and what was changed in it.

    Examples
    --------
    >>> losses = Losses()
    >>> losses.add("<script>"), losses.add("<script>"), losses.add("onclick")
    (None, None, None)
    >>> [str(notice) for notice in losses.notices()]
    ['The drawing was cleaned. Left out: <script> (2), onclick.']
    """

    def __init__(self) -> None:
        self._left_out: Counter[str] = Counter()
        self._notes: dict[Notice, None] = {}

    def add(self, what: str) -> None:
        """Note that a part was left out. Only the first thousand kinds of parts are told apart."""
        self._left_out[quoted(what) if len(self._left_out) < MAX_KINDS_OF_LOSSES else "other parts"] += 1

    def note(self, notice: Notice) -> None:
        """Add a notice of its own, once."""
        self._notes.setdefault(notice)

    def notices(self) -> tuple[Notice, ...]:
        """Return the notices: one that lists what was left out, and the others."""
        if not self._left_out:
            return tuple(self._notes)
        named = [f"{what} ({count})" if count > 1 else what for what, count in self._left_out.items()]
        more = len(named) - MAX_NAMED_LOSSES
        listed = ", ".join(named[:MAX_NAMED_LOSSES]) + (f", and {more} more" if more > 0 else "")
        return (Notice("drawing-cleaned", (listed,)), *self._notes)
