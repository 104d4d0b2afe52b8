"""Hostile documents: each is rejected for the right reason, before it uses significant resources."""

import base64
import json
import pickle
import time

import pytest

from badgedata.openbadges.baked_images import bake
from badgedata.openbadges.images import clean_image
from badgedata.openbadges.reading import read_source
from badgedata.openbadges.rejections import RejectionCode, SourceRejectedError
from badgedata.openbadges.source_documents import SourceDocument
from tests.support.images import SVG, png, svg, with_chunk
from tests.unit.openbadges.specification_examples import ASSERTION_2_0, BADGE_CLASS_2_0
from tests.unit.openbadges.web import Web, document, rejection

MEBIBYTE = 1024 * 1024
BADGE_URL = "https://example.org/robotics-badge.json"
IMAGE_URL = "https://example.org/robotics-badge.png"


@pytest.mark.parametrize("nested", ["[" * 500_000, '{"a":' * 150_000, '{"type":"BadgeClass","name":' + "[" * 500_000])
def test_too_deeply_nested_json_is_rejected(nested: str) -> None:
    closing = "]" * nested.count("[") + "}" * nested.count("{")
    wrapped = '{"type": "BadgeClass", "name": ' + nested + closing + "}"

    assert rejection(document(wrapped)).code == "not-open-badges"


def test_json_with_more_than_100_nesting_levels_is_rejected() -> None:
    for levels, text in (
        (99, "[" * 99 + "]" * 99),
        (100, "[" * 100 + "]" * 100),
        (9_970, '[{"a":' * 4_985 + "1" + "}]" * 4_985),
    ):
        badge = document(json.dumps(BADGE_CLASS_2_0 | {"x": "DEEP"}).replace('"DEEP"', text))
        if levels < 100:
            assert read_source(badge, Web({IMAGE_URL: png()}).fetch).name == BADGE_CLASS_2_0["name"]
        else:
            assert "is nested too deeply; the maximum is 100 levels" in str(rejection(badge))


def test_too_deeply_nested_json_in_a_linked_document_is_rejected() -> None:
    web = Web({BADGE_URL: b'{"name":' + b"[" * 400_000 + b"]" * 400_000 + b"}"})
    assert "nested too deep" in str(rejection(document(ASSERTION_2_0), web))


@pytest.mark.parametrize("content", ['{"a": "' + "x" * MEBIBYTE + '"}', "<html>" + "x" * MEBIBYTE, "x" * 2 * MEBIBYTE])
def test_document_larger_than_1_mib_is_rejected(content: str) -> None:
    rejected = rejection(document(content))
    assert (rejected.code, rejected.document) == ("source-too-large", "the JSON you sent")


def test_linked_document_larger_than_1_mib_is_rejected() -> None:
    web = Web({BADGE_URL: BADGE_CLASS_2_0 | {"description": "x" * MEBIBYTE}})
    rejected = rejection(document(ASSERTION_2_0), web)
    assert (rejected.code, rejected.document) == ("source-too-large", BADGE_URL)


def test_badge_data_larger_than_1_mib_in_an_image_is_rejected() -> None:
    baked = bake(png(), "image/png", json.dumps(ASSERTION_2_0 | {"narrative": "x" * MEBIBYTE}))
    rejected = rejection(document(baked))
    assert (rejected.code, rejected.reason) == ("source-too-large", "its badge data is larger than 1 MiB")


def test_image_larger_than_4_mib_is_rejected() -> None:
    web = Web({BADGE_URL: BADGE_CLASS_2_0, IMAGE_URL: with_chunk(png(), b"tEXt", bytes(4 * MEBIBYTE))})
    rejected = rejection(document(ASSERTION_2_0), web)
    assert (rejected.code, rejected.document) == ("source-too-large", IMAGE_URL)


def test_text_too_long_for_a_badge_class_is_rejected() -> None:
    badge = BADGE_CLASS_2_0 | {"description": "x" * 250_000}
    assert rejection(document(badge), Web({IMAGE_URL: png()})).code == "source-too-large"


def test_source_with_more_than_5_documents_is_rejected() -> None:
    pages: dict[str, object] = {f"https://example.org/{n}": f"https://example.org/{n + 1}" for n in range(100)}
    web = Web(pages)

    rejected = rejection(document("https://example.org/0"), web)

    assert rejected.code == "too-many-documents"
    assert len(web.asked) == 4  # in addition to the first one


@pytest.mark.parametrize(
    "pages",
    [
        {"https://a.example/1": "https://a.example/1"},
        {"https://a.example/1": "https://a.example/2#x", "https://a.example/2": "https://a.example/1#y"},
        {"https://a.example/1": '<link rel="alternate" type="application/ld+json" href="/1">'},
        {"https://a.example/1": with_chunk(png(), b"tEXt", b"openbadges\0https://a.example/1")},
        {"https://a.example/1": ASSERTION_2_0 | {"badge": "https://a.example/1"}},
        {"https://a.example/1": ASSERTION_2_0 | {"badge": {"id": "#", "type": "BadgeClass"}}},
    ],
    ids=["itself", "each other", "page", "image", "assertion as its own badge", "badge within itself"],
)
def test_circular_links_are_rejected(pages: dict[str, object]) -> None:
    web = Web(pages)
    first = web.fetch("https://a.example/1")

    assert rejection(first, web).code == "circular-links"
    assert len(web.asked) == len(pages)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/1", "gopher://example.org", "urn:uuid:1", "http://", "http://[::1"]
)
@pytest.mark.parametrize("field", ["badge", "image"])
def test_only_http_and_https_urls_are_followed(url: str, field: str) -> None:
    web = Web({BADGE_URL: BADGE_CLASS_2_0 | {"image": url}})
    source = ASSERTION_2_0 | ({"badge": url} if field == "badge" else {})

    assert rejection(document(source), web).code == "blocked-address"
    assert set(web.asked) <= {BADGE_URL}


def test_script_and_non_web_urls_are_omitted_with_a_warning() -> None:
    badge = BADGE_CLASS_2_0 | {
        "criteria": {"id": "javascript:alert(1)", "narrative": "Build"},
        "alignment": [
            {"targetName": "A", "targetUrl": " JavaScript:alert(1)"},
            {"targetName": "B", "targetUrl": "data:,"},
        ],
    }

    proposal = read_source(document(badge), Web({IMAGE_URL: png()}).fetch)

    assert proposal.criteria.id == ""
    assert [alignment.targetUrl for alignment in proposal.alignment] == ["", ""]
    assert len(proposal.warnings) == 3


def test_html_in_badge_text_is_kept_as_text() -> None:
    badge = BADGE_CLASS_2_0 | {"name": "<script>alert(1)</script>", "description": "=1+1 <img onerror=x>"}

    proposal = read_source(document(badge), Web({IMAGE_URL: png()}).fetch)

    assert proposal.name == "<script>alert(1)</script>"
    assert proposal.description == "=1+1 <img onerror=x>"


def test_image_embedded_in_json_is_cleaned() -> None:
    evil = base64.b64encode(svg('<script>alert(1)</script><circle r="1"/>')).decode()
    badge = BADGE_CLASS_2_0 | {"image": f"data:image/svg+xml;base64,{evil}"}

    proposal = read_source(document(badge), Web().fetch)

    assert proposal.image is not None
    assert b"script" not in proposal.image.content
    assert b"circle" in proposal.image.content


@pytest.mark.parametrize("image", ["data:image/png;base64,!!!", "data:image/png", "data:text/html,<html>", "data:,"])
def test_invalid_image_embedded_in_json_is_rejected(image: str) -> None:
    assert rejection(document(BADGE_CLASS_2_0 | {"image": image})).code == "bad-image"


def test_forbidden_image_url_is_rejected_even_if_an_image_is_uploaded() -> None:
    baked = bake(SVG, "image/svg+xml", json.dumps(ASSERTION_2_0 | {"badge": BADGE_CLASS_2_0 | {"image": "file:///x"}}))
    assert rejection(SourceDocument(None, "image/svg+xml", baked)).code == "blocked-address"


@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.1/badge.png",
        "http://localhost/badge.png",
        "badge.png",
        "/images/badge.png",
        "ipfs://bafy/badge.png",
        "urn:uuid:3b0e9a4e-6d7f-4a55-9a3c-5f6f2a9f8d01",
        "data:image/png;base64,!!!",
        "data:text/html,<html>",
        "data:image/png;base64,iVBORw0KGgo=",
        "data:image/svg+xml,<svg",
        "https://example.org/page",
        "https://example.org/gone",
    ],
)
def test_uploaded_image_is_used_if_the_badge_image_cannot_be_loaded(address: str) -> None:
    badge = BADGE_CLASS_2_0 | {"image": address}
    baked = bake(SVG, "image/svg+xml", json.dumps(ASSERTION_2_0 | {"badge": badge}))

    def fetch(url: str) -> SourceDocument:
        if url == "https://example.org/page":
            return SourceDocument(url, "text/html", b"<html>")
        code: RejectionCode = "unreachable-source" if url.startswith("https") else "blocked-address"
        raise SourceRejectedError(code, url, "it can't be loaded")

    proposal = read_source(SourceDocument(None, "image/svg+xml", baked), fetch)

    assert proposal.image == clean_image(SVG)
    assert any("The image you sent is used" in warning for warning in proposal.warnings)


def test_source_without_a_usable_image_is_rejected() -> None:
    many = SVG.replace(b"<circle", b'<g id="a">' + b"<rect/>" * 4_000 + b"</g>" + b'<use href="#a"/>' * 99 + b"<circle")
    baked = bake(many, "image/svg+xml", json.dumps(ASSERTION_2_0 | {"badge": BADGE_CLASS_2_0 | {"image": "data:,"}}))
    assert rejection(SourceDocument(None, "image/svg+xml", baked)).code == "bad-image"


def test_preview_warns_about_parts_removed_from_an_image() -> None:
    drawing = base64.b64encode(SVG.replace(b"<circle", b"<script/><circle")).decode()
    badge = BADGE_CLASS_2_0 | {"image": f"data:image/svg+xml;base64,{drawing}"}
    assert "The SVG image was cleaned. Removed: <script>." in read_source(document(badge), Web().fetch).warnings


@pytest.mark.parametrize(
    "page", ["<link " * 160_000, "<!--" * 250_000, "<link " + "a=" * 400_000 + ">", "<link " + "a='" * 300_000 + ">"]
)
def test_parsing_time_grows_linearly_with_page_length(page: str) -> None:
    started = time.process_time()

    assert rejection(document(page)).code == "not-open-badges"
    assert time.process_time() - started < 1.5


def test_invalid_unicode_is_rejected() -> None:
    assert rejection(document(b'{"type": "BadgeClass", "name": "\\ud800"}')).code == "not-open-badges"


def test_text_quoted_in_a_source_error_is_short_and_printable() -> None:
    message = str(rejection(document("evil\r\n\x1b[31m" + "x" * 10_000)))
    assert len(message) < 400
    assert message.isprintable()


def test_source_errors_can_be_pickled() -> None:
    rejected = SourceRejectedError("bad-image", "the image you sent", "is none")
    again = pickle.loads(pickle.dumps(rejected))  # noqa: S301 - data from this test
    assert (again.code, str(again)) == (rejected.code, str(rejected))


@pytest.mark.parametrize("tag", ["a" * 60_000, "a " * 30_000, "a=" * 30_000, "a" + " " * 60_000, 'a="b' * 15_000])
def test_page_with_pathological_tags_is_parsed_quickly(tag: str) -> None:
    began = time.process_time()
    assert rejection(document(f"<link {tag}>")).code == "not-open-badges"
    assert time.process_time() - began < 5  # searching again from every character would take minutes


@pytest.mark.parametrize("kind", ["Profile", "Issuer", "CryptographicKey", "Endorsement", ["Profile", "Extension"]])
def test_object_of_another_type_is_not_accepted_as_a_badge_class(kind: str | list[str]) -> None:
    named = {"@context": "https://w3id.org/openbadges/v2", "type": kind, "id": BADGE_URL, "name": "Aurora University"}
    assert rejection(document(named)).code == "not-open-badges"
    assert "BadgeClass" in rejection(document(named)).reason
    assert "BadgeClass" in rejection(document(ASSERTION_2_0), Web({BADGE_URL: named})).reason
