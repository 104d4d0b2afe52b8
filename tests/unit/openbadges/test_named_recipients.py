"""Images that may reveal their recipients, and images that don't."""

import base64
import io
import json
import time
import zlib
from typing import Any

import pytest
from PIL import Image

from badgedata.openbadges.baked_images import bake, bake_png, bake_svg
from badgedata.openbadges.named_recipients import names_recipient
from tests.support.images import SVG, chunk, drawn, png, svg, with_chunk
from tests.unit.openbadges.specification_examples import ASSERTION_1_0, ASSERTION_2_0, CREDENTIAL_3_0

IDENTITY = "lin@example.org"
NESTED = base64.b64encode(svg("<text>lin@example.org</text>")).decode()
JWS = "eyJhbGciOiJSUzI1NiJ9.eyJpZCI6MX0.c2lnbmF0dXJl"
PLAIN = json.dumps({"type": "Assertion", "recipient": {"identity": IDENTITY}}).encode()
HASHED = json.dumps({"type": "Assertion", "recipient": {"hashed": True, "identity": "sha256$00"}}).encode()
ITXT = b"openbadges\0\0\0\0\0"
CREDENTIAL = b"openbadgecredential\0\0\0\0\0"


def signed(payload: Any) -> str:
    encoded = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{encoded}.c2lnbmF0dXJl"


def with_chunks(*texts: tuple[bytes, bytes]) -> bytes:
    image = png()
    for kind, data in texts:
        image = with_chunk(image, kind, data)
    return image


@pytest.mark.parametrize(
    "texts",
    [
        # in both versions, as tools write it for verifiers of either version
        [(b"iTXt", ITXT + PLAIN), (b"iTXt", CREDENTIAL + HASHED)],
        [(b"iTXt", ITXT + PLAIN), (b"iTXt", CREDENTIAL + JWS.encode())],
        [(b"tEXt", b"openbadges\0" + PLAIN), (b"iTXt", ITXT + HASHED)],
        [(b"tEXt", b"Comment\0For lin@example.org"), (b"iTXt", ITXT + HASHED)],
        [(b"tEXt", b"Comment\0For another.address@example.org")],
        [(b"zTXt", b"Comment\0\0" + zlib.compress(b"For lin@example.org"))],
        [(b"zTXt", b"Comment\0\0?")],
        [(b"tEXt", b"lin@example.org\0")],
        [(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<a>lin&#64;example.org</a>")],
        [(b"iTXt", b"Comment\0\0\0en\0lin@example.org\0")],
        [(b"iTXt", ITXT + PLAIN.replace(b"lin@", b"Lin@"))],
        [(b"iTXt", ITXT + b"https://badges.example/1?recipient=lin@example.org")],
        [(b"iTXt", ITXT + b"https://badges.example/1?recipient=lin%40example.org")],
        [(b"eXIf", b"MM")],
        [(b"prVt", b"unknown")],
    ],
    ids=[
        "credential",
        "signed credential",
        "two assertions",
        "comment",
        "comment with another address",
        "compressed comment",
        "corrupt comment",
        "keyword",
        "XML escape",
        "translated keyword",
        "letter case",
        "address",
        "escaped address",
        "Exif",
        "unknown chunk",
    ],
)
def test_recipient_may_be_named_in_any_chunk_of_an_image(texts: list[tuple[bytes, bytes]]) -> None:
    assert names_recipient(with_chunks(*texts), IDENTITY)


@pytest.mark.parametrize("text", ["[" * 100_000 + "]" * 100_000, '{"a":' * 5_000 + "1" + "}" * 5_000])
def test_deeply_nested_badge_data_is_assumed_to_name_its_recipient(text: str) -> None:
    assert names_recipient(bake_png(png(), text), IDENTITY)


@pytest.mark.parametrize(
    "badge",
    [
        "[]",
        "7",
        "An assertion",
        "not.a.jws",
        signed({"recipient": {"identity": "l.wei@example.org"}}),
        signed({"vc": {"credentialSubject": {"id": "mailto:l.wei@example.org"}}}),
        {"recipient": "l.wei@example.org"},
        {"recipient": [{"identity": "sha256$00"}, {"identity": 4711}]},
        {"obi:recipient": {"identity": "l.wei@example.org"}},
        {"recipient": {"identity": "sha256$00", "plaintextIdentity": "l.wei@example.org"}},
        {"recipient": {"identity": "sha256$00"}, "extensions:recipientProfile": {"name": "Lin Wei"}},
        {"credentialSubject": {"id": "https://people.example.org/lin"}},
        {"credentialSubject": [{"identifier": {"hashed": False, "identityHash": "l.wei@example.org"}}]},
        {"credentialSubject": {"id": "did:key:z6", "email": "l.wei@example.org"}},
        {"verifiableCredential": signed({"credentialSubject": {"id": "mailto:l.wei@example.org"}})},
        {"image": "data:image/png;base64,iVBORw0KGgo="},
        '{"recipient": {"identity": "l.wei@example.org"}, "recipient": {"identity": "sha256$00"}}',
    ],
    ids=lambda badge: str(badge)[:60],
)
def test_badge_data_is_assumed_to_name_its_recipient_unless_all_identities_are_hashed(badge: Any) -> None:
    text = badge if isinstance(badge, str) else json.dumps(badge)
    assert names_recipient(bake_png(png(), text), IDENTITY)
    assert names_recipient(bake_png(png(), text), "sha256$00")


@pytest.mark.parametrize(
    "badge",
    [
        '{"evidence": "https://example.org/lin%40example.org"}',
        '{"narrative": "For Lin\\u0040example.org"}',
        '{"lin@example.org": 1}',
    ],
)
def test_recipient_may_be_named_in_any_field_of_the_badge_data(badge: str) -> None:
    assert names_recipient(bake_png(png(), badge), IDENTITY)
    assert not names_recipient(bake_png(png(), badge), "ada@example.org")


@pytest.mark.parametrize(
    ("identity", "comment"),
    [
        ("mailto:Lin@example.org", "lin@example.org"),
        ("+49 30 123456", "Call +4930123456"),
        ("tel:+49-30-123456", "Call +49 30 123456"),
        ("J\u00d6RG-7", "for Jo\u0308rg-7"),
        ("https://people.example.org/Lin", "see HTTPS://people.example.org/lin"),
        ("https://people.example.org/Lin", "see people.example.org/lin"),
        ("+1 555 0100 123", "1-555-0100-123"),
        ("Lin Wei-Ling", "Lin\n  Wei-Ling"),
        ("lin-wei-ling", "lin\u00ad-wei\u200b-ling"),
        ("7", "learner 7"),
    ],
)
def test_identity_is_found_regardless_of_its_spelling(identity: str, comment: str) -> None:
    assert names_recipient(with_chunk(png(), b"iTXt", b"Comment\0\0\0\0\0" + comment.encode()), identity)


@pytest.mark.parametrize(
    "badge",
    [
        ASSERTION_1_0,
        ASSERTION_2_0,
        CREDENTIAL_3_0,
        signed(ASSERTION_2_0),
        "https://example.org/assertions/1",
        {"id": "https://eyes.example.org/1", "narrative": "Open data: an introduction"},
        {"credentialSubject": {"identifier": [{"hashed": True, "identityHash": "sha256$00", "salt": "7a"}]}},
    ],
    ids=["1.0", "2.0", "3.0", "signed", "URL", "no recipient", "hashed identifier"],
)
@pytest.mark.parametrize("identity", [IDENTITY, "7", "sha256$00"])
def test_badge_data_with_only_hashed_identities_does_not_name_its_recipient(badge: Any, identity: str) -> None:
    text = badge if isinstance(badge, str) else json.dumps(badge)
    image = with_chunk(png(), b"tEXt", b"Software\0Inkscape")
    assert not names_recipient(bake(image, "image/png", text), identity)
    assert not names_recipient(bake(SVG, "image/svg+xml", text), identity)


@pytest.mark.parametrize(
    "image",
    [
        bake_svg(SVG, PLAIN.decode()),
        svg("<title>For Lin@example.org</title>"),
        svg("<text>lin@<tspan>example.org</tspan></text>"),
        svg('<g aria-label="lin&#64;example.org"/>'),
        svg("<text><tspan>lin@</tspan>\n  <tspan>example.org</tspan></text>"),
        svg("<text>lin&#xAD;@example.org</text>"),
        svg(f'<image href="data:image/svg+xml;base64,{NESTED}"/>'),
        svg(f'<a:assertion xmlns:a="http://openbadges.org" verify="{JWS}">{PLAIN.decode()}</a:assertion>'),
        svg(
            '<a:assertion xmlns:a="http://openbadges.org" verify="https://example.org/lin@example.org">{}</a:assertion>'
        ),
        b"<svg",
        png() + b"after the end",
        png()[:40],
        b"",
    ],
)
def test_recipient_may_be_named_in_any_part_of_an_image(image: bytes) -> None:
    assert names_recipient(image, IDENTITY)


@pytest.mark.parametrize(
    "image",
    [
        svg("<text>another.address@example.org</text>"),
        svg("<title>Awarded to lin@example.org</title>"),
        svg('<g aria-label="lin@example.org"/>'),
        bake_svg(SVG, signed({"sub": "mailto:lin@example.org"})),
        bake_svg(SVG, json.dumps({"credentialSubject": {"id": "urn:email:lin%40example.org"}})),
        bake_svg(SVG, json.dumps({"recipient": {"identity": "sha256$00", "salt": "lin@example.org"}})),
    ],
)
def test_image_may_name_a_recipient_whose_identity_is_recorded_as_a_hash(image: bytes) -> None:
    assert names_recipient(image, "sha256$00")


def test_svg_styles_are_not_mistaken_for_recipient_data() -> None:
    assert not names_recipient(svg("<style>@media print{rect{fill:red}}</style><rect/>"), IDENTITY)


def test_long_text_that_resembles_badge_data_is_searched_quickly() -> None:
    image = bake_png(png(), json.dumps({"recipient": "sha256$00", "x": "eyJ-" * 200_000}))
    began = time.process_time()
    assert not names_recipient(image, IDENTITY)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("image_format", ["JPEG", "GIF", "WEBP"])
def test_unbakeable_image_may_name_its_recipient_only_in_metadata_or_appended_data(image_format: str) -> None:
    bare = drawn(image_format, size=(300, 200))
    written = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "Lin Wei"
    details: dict[str, Any] = {"comment": "Lin Wei"} if image_format == "GIF" else {"exif": exif}
    Image.new("RGB", (8, 8)).save(written, format=image_format, **details)

    assert not names_recipient(bare, IDENTITY)
    assert names_recipient(written.getvalue(), IDENTITY)
    assert names_recipient(bare + b"after the end", IDENTITY)
    for length in range(len(bare)):
        names_recipient(bare[:length], IDENTITY)


def test_animated_gif_without_metadata_is_not_assumed_to_name_its_recipient() -> None:
    written = io.BytesIO()
    frames = [Image.new("P", (9, 9), color) for color in (1, 2, 3)]
    frames[0].save(written, format="GIF", save_all=True, append_images=frames[1:], loop=0, duration=50)
    assert not names_recipient(written.getvalue(), IDENTITY)


def test_large_image_is_searched_quickly() -> None:
    text = json.dumps({"id": "https://example.org/1", "evidence": [{"narrative": '"a' * 9}] * 20_000})
    image = bake_png(png()[:-12] + chunk(b"tEXt", b"Comment\0" + b"a." * 500_000) + png()[-12:], text)
    began = time.process_time()
    assert not names_recipient(image, IDENTITY)
    assert time.process_time() - began < 2
