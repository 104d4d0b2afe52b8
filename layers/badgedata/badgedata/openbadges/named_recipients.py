"""Determine whether an award's image may reveal the recipient.

An image may reveal the recipient if any part of it is of an unknown kind or contains a plain-text identity. This also
applies to an image that can't be read.
"""

import html
import re
import unicodedata
from base64 import urlsafe_b64decode
from typing import Final
from urllib.parse import unquote

from badgedata.openbadges.baked_images import COMPACT_JWS, WEB_ADDRESS, BadgeElements
from badgedata.openbadges.image_kinds import image_content_type
from badgedata.openbadges.json_documents import json_object
from badgedata.openbadges.png import BADGE_KEYWORDS, PNG_SIGNATURE, Chunk, chunk_labels, chunk_text, png_chunks
from badgedata.openbadges.raster_images import has_metadata
from badgedata.openbadges.rejections import SourceRejectedError
from badgedata.openbadges.source_documents import bare
from badgedata.openbadges.svg_parsing import NUMBER_ATTRIBUTES, STYLED_ATTRIBUTES, SVG_NAMESPACE, parse_svg

DOCUMENT: Final = "the image"
MIN_DISTINCT_CHARACTERS: Final = 6
"""The minimum length of an identity that is also found within a longer word. Shorter ones would match by chance."""

MIN_DIGITS: Final = 7
"""The minimum length of a telephone number that is also found with different spacing or punctuation."""

# PNG, third edition, section 11: the chunks that contain no text, except color profiles, which describe devices.
TEXTLESS_CHUNKS: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs tIME acTL fcTL fdAT".split()
)
STYLE: Final = f"{{{SVG_NAMESPACE}}}style"
DRAWN_ATTRIBUTES: Final = NUMBER_ATTRIBUTES | STYLED_ATTRIBUTES
# Open Badges 2.0, "IdentityHash", and the algorithms that issuers use in practice.
IDENTITY_HASH: Final = re.compile(r"(?:md5|sha\d{1,3})\$[0-9a-f]+", re.IGNORECASE)
IDENTITY_FIELDS: Final = frozenset({"type", "@type", "hashed", "identity", "identityhash", "identitytype", "salt"})
# Open Badges 3.0, section B.1.3 (AchievementSubject), except licenseNumber, which identifies the recipient.
SUBJECT_FIELDS: Final = frozenset(
    str.split(
        "id @id type @type achievement activityenddate activitystartdate creditsavailable creditsearned identifier"
        " image narrative result role source term"
    )
)
SCHEME: Final = re.compile(r"\s*(?:mailto:|tel:|https?://)")
NESTED_SVG: Final = re.compile(r"data:image/svg", re.IGNORECASE)
OPAQUE_ID: Final = re.compile(r"(?:did|urn):[^@]+")
JSON_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
# Badge data within badge data, such as an enveloped credential or another baked image.
ENCLOSED: Final = re.compile(
    r"\b[Dd][Aa][Tt][Aa]:[\w.+-]+/[\w.+-]+[;,]|(?<![\w-])e(?:yJ|yA|wo|w0)[\w-]{8,}\.[\w-]{8,}", re.ASCII
)
TELEPHONE: Final = re.compile(r"[+\d\s().-]+")
NOT_DIALED: Final = re.compile(r"[\s().+-]")
# Spaces, which differ between spellings, and characters that aren't visible.
NOT_SHOWN: Final = re.compile(r"[\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")


def names_recipient(image: bytes, identity: str) -> bool:
    """Return whether an image may reveal an award's recipient.

    Parameters
    ----------
    image
        A PNG, JPEG, GIF, or WebP image, or a cleaned SVG (`svg_cleaning`).
    identity
        The recipient's identity as recorded, in plain text or as a hash.
    """
    named = _Identity(identity)
    try:
        match image_content_type(image):
            case "image/png":
                return _png_names(image, named)
            case "image/svg+xml":
                return _svg_names(image, named)
            case _:  # badge data can't be written into other images
                return has_metadata(image)
    except (SourceRejectedError, ValueError):
        return True


class _Identity:
    """A matcher that finds an identity in text, regardless of letter case, Unicode form, and URL or XML escapes."""

    def __init__(self, identity: str) -> None:
        text = SCHEME.sub("", _comparable(identity)).strip()
        compact = NOT_SHOWN.sub("", text)
        self._is_distinct = len(compact) >= MIN_DISTINCT_CHARACTERS
        pattern = re.escape(compact) if self._is_distinct else rf"(?<!\w){re.escape(text)}(?!\w)"
        self._pattern = re.compile(pattern) if text and not IDENTITY_HASH.fullmatch(text) else None
        dialed = NOT_DIALED.sub("", text) if TELEPHONE.fullmatch(text) else ""
        self._dialed = dialed if len(dialed) >= MIN_DIGITS else ""

    def is_in(self, text: str) -> bool:
        if self._pattern is None:
            return False
        text = _comparable(text)
        return any(
            self._pattern.search(NOT_SHOWN.sub("", form) if self._is_distinct else form)
            or (self._dialed and self._dialed in NOT_DIALED.sub("", form))
            for form in {text, _comparable(unquote(html.unescape(text)))}
        )

    def or_address_is_in(self, text: str) -> bool:
        """Return whether `text` contains the identity, or an ``@`` that may be in the recipient's email address."""
        return "@" in unquote(html.unescape(text)) or self.is_in(text)


def _comparable(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _png_names(image: bytes, named: _Identity) -> bool:
    chunks = list(png_chunks(image, DOCUMENT))
    size = len(PNG_SIGNATURE) + sum(12 + len(chunk.data) for chunk in chunks)
    # Bytes after the end of the image may be anything.
    return size != len(image) or any(_chunk_names(chunk, named) for chunk in chunks)


def _chunk_names(chunk: Chunk, named: _Identity) -> bool:
    if chunk.keyword is None:
        return chunk.type not in TEXTLESS_CHUNKS
    if named.or_address_is_in(chunk_labels(chunk)):
        return True
    text = chunk_text(chunk, DOCUMENT)
    return _badge_names(text, named) if chunk.keyword in BADGE_KEYWORDS else named.or_address_is_in(text)


def _svg_names(image: bytes, named: _Identity) -> bool:
    texts = _SvgTexts(image)
    parse_svg(image, texts, DOCUMENT)
    badge_data = [text for _, verify, body in texts.badges.badge_data for text in (verify, "".join(body))]
    # A word may be split across elements, and the identity may be in any attribute.
    drawn = "".join(texts.shown) + "\n" + "\n".join(texts.shown + texts.attributes)
    return (
        NESTED_SVG.search(drawn) is not None
        or named.or_address_is_in(drawn)
        or named.is_in("".join(texts.styles))
        or any(_badge_names(text, named) for text in badge_data)
    )


class _SvgTexts:
    """A handler that collects an SVG's text, style sheets, badge data, and attributes except `DRAWN_ATTRIBUTES`."""

    def __init__(self, image: bytes) -> None:
        self.badges = BadgeElements(image)
        self.shown: list[str] = []
        self.styles: list[str] = []
        self.attributes: list[str] = []
        self._is_style = False

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        self.badges.start(name, attributes, at)
        self._is_style = name == STYLE
        self.attributes += [value for key, value in attributes.items() if key not in DRAWN_ATTRIBUTES]

    def end(self, name: str, at: int) -> None:
        self.badges.end(name, at)
        self._is_style = False

    def data(self, text: str) -> None:
        self.badges.data(text)
        if not self.badges.is_inside:
            (self.styles if self._is_style else self.shown).append(text)


def _badge_names(data: str, named: _Identity) -> bool:
    """Return whether badge data may reveal the recipient. The data is JSON, a compact JWS, or a URL."""
    text = bare(data)
    if not text:
        return False
    if WEB_ADDRESS.fullmatch(text):
        return named.or_address_is_in(text)
    is_signed = COMPACT_JWS.fullmatch(text)
    documents = [_part(part) for part in text.split(".")[:2]] if is_signed else [text]
    return any(_json_names(document, named) for document in documents)


def _part(part: str) -> str:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


def _json_names(text: str, named: _Identity) -> bool:
    """Return whether a JSON document may reveal the recipient."""
    texts: list[str] = []
    strings = 0
    pending: list[object] = [json_object(text, DOCUMENT, None).fields]
    while pending:
        match item := pending.pop():
            case dict():
                if any(_field_names(key, value) for key, value in item.items()):
                    return True
                texts += item
                strings += len(item)
                pending += item.values()
            case list():
                pending += item
            case _:
                texts.append(str(item))
                strings += isinstance(item, str)
    if strings != sum(1 for _ in JSON_STRING.finditer(text)):  # a repeated key hides its other values
        return True
    joined = "\n".join(texts)
    return ENCLOSED.search(joined) is not None or named.is_in(joined)


def _field_names(key: str, value: object) -> bool:
    """Return whether a field may identify the recipient in plain text."""
    values = value if isinstance(value, list) else [value]
    match _term(key):
        case "recipient":
            return not all(map(_is_hashed, values))
        case "credentialsubject":
            return not all(map(_is_opaque, values))
        case "sub":  # the subject's ID in a JWT
            return not all(map(_is_opaque_id, values))
        case name:
            # Extensions, such as recipientProfile and recipientName.
            return name.startswith("recipient") or name == "plaintextidentity"


def _is_hashed(identity: object) -> bool:
    """Return whether `identity` is a hash, or an IdentityObject that contains only a hash (Open Badges 1.0 to 3.0)."""
    if isinstance(identity, dict):
        values = [value for key, value in identity.items() if _term(key) in ("identity", "identityhash")]
        has_address = any(isinstance(value, str) and "@" in unquote(value) for value in identity.values())
        return {_term(key) for key in identity} <= IDENTITY_FIELDS and all(map(_is_hash, values)) and not has_address
    return _is_hash(identity)


def _is_hash(text: object) -> bool:
    return isinstance(text, str) and IDENTITY_HASH.fullmatch(text.strip()) is not None


def _is_opaque(subject: object) -> bool:
    """Return whether only hashes, a DID, or a URN identify a credential's subject."""
    if not isinstance(subject, dict):
        return _is_opaque_id(subject)
    for key, value in subject.items():
        term = _term(key)
        is_known = term in SUBJECT_FIELDS
        if term == "identifier":
            is_known = all(map(_is_hashed, value if isinstance(value, list) else [value]))
        elif term in ("id", "@id"):
            is_known = _is_opaque_id(value)
        if not is_known:
            return False
    return True


def _is_opaque_id(text: object) -> bool:
    return isinstance(text, str) and OPAQUE_ID.fullmatch(unquote(text)) is not None


def _term(key: str) -> str:
    """Return a JSON-LD key in lowercase, without its prefix or namespace."""
    return re.split(r"[/#:]", key.strip())[-1].lower()
