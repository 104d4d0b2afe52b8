"""The text of a source is preserved regardless of charset and byte order mark, and never becomes U+FFFD."""

import codecs
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from badgedata.openbadges.badge_classes import BadgeClassProposal
from badgedata.openbadges.baked_images import bake
from badgedata.openbadges.reading import read_source
from badgedata.openbadges.rejections import SourceRejectedError
from badgedata.openbadges.source_documents import SourceDocument, decoded
from tests.support.images import SVG, png, with_chunk
from tests.unit.openbadges.web import Web

URL = "https://example.org/badge"


def badge(name: str) -> str:
    return json.dumps({"type": "BadgeClass", "name": name, "criteria": {"narrative": "Plant"}}, ensure_ascii=False)


def read(body: bytes, content_type: str = "application/json", url: str | None = URL) -> BadgeClassProposal:
    return read_source(SourceDocument(url, content_type, body), Web().fetch)


@pytest.mark.parametrize(
    ("charset", "codec", "name"),
    [
        ("ISO-8859-1", "latin-1", "Bäume für Köln"),
        ("latin1", "latin-1", "Année"),
        ("windows-1252", "cp1252", "Bäume – 5 €"),
        ("iso-8859-1", "cp1252", "5 €"),  # by convention, text labeled Latin-1 is read as Windows-1252
        ("iso-8859-15", "iso-8859-15", "5 €"),
        ("ISO-8859-2", "iso-8859-2", "Drzewo w Łodzi"),
        ("windows-1251", "cp1251", "Посадка деревьев"),
        ("KOI8-R", "koi8-r", "Посадка деревьев"),
        ("Shift_JIS", "cp932", "植樹①"),
        ("EUC-JP", "euc-jp", "植樹"),
        ("ISO-2022-JP", "iso-2022-jp", "植樹"),
        ("gb2312", "gbk", "植樹"),
        ("GB18030", "gb18030", "植树🌳"),
        ("Big5", "big5", "植樹"),
        ("EUC-KR", "euc-kr", "나무 심기"),
        ("utf-16le", "utf-16-le", "植樹 🌳"),
        ("UTF-8", "utf-8", "Bäume 🌳"),
    ],
)
@pytest.mark.parametrize("parameter", ["; charset={}", ';charset="{}"', "; profile=x; Charset = {}"])
def test_json_is_decoded_with_the_charset_in_its_content_type(
    charset: str, codec: str, name: str, parameter: str
) -> None:
    assert read(badge(name).encode(codec), "application/json" + parameter.format(charset)).name == name


def test_linked_document_is_decoded_with_its_own_charset() -> None:
    linked = SourceDocument(f"{URL}/class", "application/json; charset=ISO-8859-1", badge("Bäume").encode("latin-1"))
    award = {"@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "badge": linked.url}
    proposal = read_source(SourceDocument(URL, "", json.dumps(award).encode()), lambda _: linked)
    assert proposal.name == "Bäume"


@pytest.mark.parametrize("content_type", ["application/json; charset=ISO-8859-1", "application/json; charset=us-ascii"])
def test_utf_8_is_recognized_despite_a_latin_1_declaration(content_type: str) -> None:
    """RFC 8259, section 11: a charset parameter has no effect on JSON."""
    assert read(badge("Bäume für Köln").encode(), content_type).name == "Bäume für Köln"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=ISO-8859-1", "text/plain"])
def test_byte_order_mark_or_utf_16_encoding_overrides_the_declared_charset(codec: str, content_type: str) -> None:
    assert read(badge("Bäume 🌳").encode(codec), content_type).name == "Bäume 🌳"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (badge("Bäume").encode("latin-1"), "application/json"),
        (badge("Bäume").encode("latin-1"), "application/json; charset=utf-8"),
        (badge("Bäume").encode("latin-1"), "application/json; charset=x-unknown"),
        (badge("Bäume").encode("latin-1"), "application/json; charset=euc-jp"),
        (badge("Bäume").encode("utf-16")[:-1], "application/json"),
    ],
)
def test_invalid_bytes_in_the_declared_charset_are_rejected_instead_of_replaced(body: bytes, content_type: str) -> None:
    with pytest.raises(SourceRejectedError, match=r"expected text in .*, found the byte 0x") as rejected:
        read(body, content_type)
    assert (rejected.value.code, rejected.value.document) == ("not-open-badges", URL)


@given(body=some.binary(max_size=40), charset=some.sampled_from(["", "utf-8", "latin-1", "cp1252", "gbk", "utf-16"]))
def test_invalid_bytes_never_become_replacement_characters(body: bytes, charset: str) -> None:
    try:
        text = decoded(body, f"text/plain; charset={charset}", "a test")
    except SourceRejectedError:
        return
    assert ("\ufffd" in text) <= any("\ufffd".encode(codec) in body for codec in ("utf-8", "utf-16-le", "utf-16-be"))


@pytest.mark.parametrize(
    "label", ["punycode", "idna", "utf-7", "unicode_escape", "rot13", "zlib", "base64", "undefined", "mbcs", "../os"]
)
def test_charset_known_only_to_python_is_ignored(label: str) -> None:
    text = badge("Tree +AGEA- \\u0041")
    assert read(text.encode(), f"application/json; charset={label}").name == json.loads(text)["name"]
    body = b"xn--" + b"a" * 1_000_000
    began = time.process_time()
    assert decoded(body, f"text/plain; charset={label}", "a test") == body.decode()
    assert time.process_time() - began < 1


@pytest.mark.parametrize("text", [badge("Bäume"), json.dumps(badge("Bäume"))], ids=["JSON", "JSON in a JSON string"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\n\ufeff ", " \ufeff\n"])
def test_byte_order_mark_in_baked_text_is_removed(text: str, mark: str) -> None:
    chunk = with_chunk(png(), b"iTXt", b"openbadges\0\0\0\0\0" + (mark + text).encode())
    legacy = with_chunk(png(), b"tEXt", b"openbadges\0" + (mark + text).encode())
    drawing = SVG.replace(
        b">",
        f' xmlns:openbadges="http://openbadges.org"><openbadges:assertion><![CDATA[{mark}{text}]]></openbadges:assertion>'.encode(),
        1,
    )

    for image in (chunk, legacy, drawing):
        assert read(image, "image/*", None).name == "Bäume"


@pytest.mark.parametrize("bom", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_baked_text_is_decoded_by_its_byte_order_mark(bom: bytes) -> None:
    codec = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}[bom]
    image = with_chunk(png(), b"tEXt", b"openbadges\0" + bom + badge("Bäume").encode(codec))
    assert read(image, "image/*", None).name == "Bäume"


def test_baked_latin_1_text_is_read_as_the_png_specification_requires() -> None:
    image = with_chunk(png(), b"tEXt", b"openbadges\0" + badge("Bäume").encode("latin-1"))
    assert read(image, "image/*", None).name == "Bäume"


def test_baked_text_is_read_with_or_without_a_byte_order_mark() -> None:
    for mark in ("", "\ufeff"):
        assert read(bake(png(), "image/png", mark + badge("Bäume")), "image/*", None).name == "Bäume"


PAGE = (
    "<!doctype html><html><head>{}<title>Bäume</title>"
    '<link rel="alternate" type="application/ld+json" href="/Bäume.json"></head></html>'
)


@pytest.mark.parametrize(
    ("head", "codec", "content_type"),
    [
        ("", "utf-8", "text/html"),
        ("", "cp1252", "text/html"),  # the HTML default
        ("", "cp1252", "text/html; charset=ISO-8859-1"),
        ('<meta charset="iso-8859-2">', "iso-8859-2", "text/html"),
        ("<META CHARSET=windows-1250 />", "cp1250", "text/html"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-15">', "iso-8859-15", "text/html"),
        ('<meta charset="utf-8">', "iso-8859-2", "text/html; charset=iso-8859-2"),  # the HTTP header takes precedence
        ('<meta charset="iso-8859-2">', "utf-8-sig", "text/html"),
        ('<meta charset="utf-16">', "utf-8", "text/html"),
        ("", "utf-16", "text/html"),
    ],
)
def test_html_page_is_decoded_with_its_charset(head: str, codec: str, content_type: str) -> None:
    web = Web({"https://example.org/Bäume.json": {"type": "BadgeClass", "name": "Tree"}})
    page = SourceDocument(URL, content_type, PAGE.format(head).encode(codec))
    assert read_source(page, web.fetch).name == "Tree"


def test_xhtml_page_charset_is_read_from_its_declaration() -> None:
    web = Web({"https://example.org/Bäume.json": {"type": "BadgeClass", "name": "Tree"}})
    page = '<?xml version="1.0" encoding="iso-8859-2"?>' + PAGE.format("")
    assert (
        read_source(SourceDocument(URL, "application/xhtml+xml", page.encode("iso-8859-2")), web.fetch).name == "Tree"
    )


@pytest.mark.parametrize("content_type", ["text/html", "text/html; charset=utf-8", "text/html; charset=euc-jp"])
def test_stray_byte_in_a_page_does_not_affect_its_links_or_badge(content_type: str) -> None:
    web = Web({"https://example.org/linked": {"type": "BadgeClass", "name": "Linked"}})
    held = b'<script type="application/ld+json">{"type": "BadgeClass", "name": "B\xff\xfdume"}</script>'
    link = b'<link rel="alternate" type="application/json" href="/linked">'

    page = SourceDocument(URL, content_type, b"<html><title>B\xff\xfdume</title>" + held + link)
    assert read_source(page, web.fetch).name in ("Linked", "B\u00ff\u00fdume")
    odd = SourceDocument(URL, content_type, b"<html>" + link.replace(b"/linked", b"/l\xff\xfd"))
    with pytest.raises(SourceRejectedError) as rejected:
        read_source(odd, web.fetch)
    assert str(rejected.value).encode()


def test_character_missing_from_windows_1252_does_not_affect_other_characters() -> None:
    body = badge("5 €, \u0081 and –").encode("cp1252", "replace").replace(b"?", b"\x81")
    assert read(body, "application/json; charset=windows-1252").name == "5 €, \x81 and –"
