"""Finding the badge at a URL: in or through pages, headers, redirects, and wrappers."""

import base64
import json
import time
from typing import Any

import pytest

from badgedata.openbadges.badge_classes import BadgeClassProposal
from badgedata.openbadges.reading import read_source
from badgedata.openbadges.source_documents import SourceDocument
from tests.support.images import png
from tests.unit.openbadges.specification_examples import ASSERTION_2_0, BADGE_CLASS_2_0, CREDENTIAL_3_0
from tests.unit.openbadges.web import Web, document, rejection

PAGE_URL = "https://trees.example.org/badges/planting"
BADGE_URL = "https://trees.example.org/badges/planting.json"
SITE_URL = "https://trees.example.org/wp-json/pages/3"
BADGE: dict[str, Any] = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "BadgeClass",
    "name": "Tree planting",
    "image": "data:image/png;base64," + base64.b64encode(png()).decode(),
}
CREDENTIAL: dict[str, Any] = json.loads(
    json.dumps(CREDENTIAL_3_0).replace("https://example.com/achievements/teamwork.png", BADGE["image"])
)
SITE = {"id": 3, "type": "page", "slug": "tree-planting"}
ORGANIZATION = {"@context": "https://schema.org", "@type": "Organization", "name": "Tree club"}
JSON_LINK = f'<link rel="alternate" type="application/json" href="{SITE_URL}">'
LD_LINK = f'<link rel="alternate" type="application/ld+json" href="{BADGE_URL}">'


def page(*head: str, link_header: str = "", url: str = PAGE_URL) -> SourceDocument:
    text = f"<!doctype html><html><head><title>Trees</title>{''.join(head)}</head><body>Trees</body></html>"
    return SourceDocument(url, "text/html", text.encode(), link_header)


def script(content: object, kind: str = "application/ld+json") -> str:
    return f'<script type="{kind}">{content if isinstance(content, str) else json.dumps(content)}</script>'


def read(source: SourceDocument, pages: dict[str, object] | None = None) -> BadgeClassProposal:
    return read_source(source, Web({BADGE_URL: BADGE, SITE_URL: SITE} if pages is None else pages).fetch)


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("head", [JSON_LINK + LD_LINK, LD_LINK + JSON_LINK])
def test_json_ld_takes_precedence_over_json_regardless_of_position(head: str) -> None:
    web = Web({BADGE_URL: BADGE, SITE_URL: SITE})
    assert read_source(page(head), web.fetch).name == "Tree planting"
    assert web.asked == [BADGE_URL]


@pytest.mark.parametrize(
    "first",
    [
        SITE,
        ORGANIZATION,
        "<html><title>Sign in</title></html>",
        "not JSON",
        png(),
        b"\xff\xfe\xfd",
        "x" * 1_100_000,
        {"@context": "https://w3id.org/openbadges/v2", "type": "Issuer", "name": "Tree club"},
        None,
    ],
    ids=["site", "organization", "page", "text", "image", "binary", "large", "issuer", "gone"],
)
def test_next_link_is_followed_if_a_link_does_not_lead_to_a_badge(first: object) -> None:
    pages = {BADGE_URL: BADGE} | ({SITE_URL: first} if first is not None else {})
    assert read(page(JSON_LINK.replace("json", "ld+json", 1), LD_LINK), pages).name == "Tree planting"


def test_error_names_the_preferred_link_if_no_link_leads_to_a_badge() -> None:
    assert rejection(page(JSON_LINK, LD_LINK), Web({SITE_URL: SITE})).document == BADGE_URL
    assert rejection(page(JSON_LINK), Web({SITE_URL: SITE})).document == SITE_URL


def test_page_that_links_to_a_forbidden_url_is_rejected() -> None:
    link = '<link rel="alternate" type="application/ld+json" href="file:///etc/passwd">'
    assert rejection(page(link, LD_LINK), Web({BADGE_URL: BADGE})).code == "blocked-address"


def test_every_followed_link_counts_toward_the_limit_of_5_documents() -> None:
    links = [LD_LINK.replace("planting.json", f"{n}.json") for n in range(20)]
    web = Web({BADGE_URL: BADGE})
    assert rejection(page(*links, LD_LINK), web).code == "too-many-documents"
    assert len(web.asked) == 4


@pytest.mark.parametrize(
    ("base", "href", "found"),
    [
        ('<base href="https://cdn.example.org/a/">', "b.json", "https://cdn.example.org/a/b.json"),
        ('<base target="_blank" href="/a/">', "b.json", "https://trees.example.org/a/b.json"),
        ('<base target="_blank"><base href="/a/"><base href="/z/">', "b.json", "https://trees.example.org/a/b.json"),
        ("<BASE HREF=../x/>", "b.json", "https://trees.example.org/x/b.json"),
        ('<base href="javascript:alert(1)">', "b.json", "https://trees.example.org/badges/b.json"),
        ('<!-- <base href="/a/"> -->', "b.json", "https://trees.example.org/badges/b.json"),
        ('<base href="/a/">', "https://trees.example.org/b.json", "https://trees.example.org/b.json"),
    ],
)
def test_links_are_resolved_against_the_page_base_url(base: str, href: str, found: str) -> None:
    link = f'<link rel="alternate" type="application/ld+json" href="{href}">'
    assert read(page(base, link), {found: BADGE}).name == "Tree planting"
    assert read(page(link, base), {found: BADGE}).name == "Tree planting"


@pytest.mark.parametrize(
    "hidden",
    ["<script>'{}'</script>", "<style>{}</style>", "<title>{}</title>", "<textarea>{}</textarea>", "<!--{}-->"],
)
def test_page_text_that_looks_like_a_link_is_ignored(hidden: str) -> None:
    assert read(page(hidden.format(JSON_LINK.replace("json", "ld+json", 1)), LD_LINK)).name == "Tree planting"


def test_link_title_can_contain_a_greater_than_sign() -> None:
    assert read(page(LD_LINK.replace("<link", '<link title="a > b"'))).name == "Tree planting"


@pytest.mark.parametrize(
    "embedded",
    [
        script(BADGE),
        script(ORGANIZATION) + script(BADGE),
        script([BADGE]),
        script({"@context": BADGE["@context"], "@graph": [BADGE]}),
        script("\n  " + json.dumps(BADGE, indent=1) + "\n"),
        script(BADGE, "application/ld+json; charset=utf-8"),
        script("{") + script(BADGE),
        script(BADGE) + JSON_LINK,
        script("var link = 'no <script> of this'", "text/javascript") + script(BADGE),
    ],
)
def test_badge_embedded_in_a_page_script_is_read(embedded: str) -> None:
    web = Web({SITE_URL: SITE})
    assert read_source(page(embedded), web.fetch).name == "Tree planting"
    assert web.asked == []


def test_badge_urls_in_a_page_are_resolved_against_the_page_base_url() -> None:
    award = {"@context": BADGE["@context"], "type": "Assertion", "badge": "planting.json"}
    assert read(page('<base href="/badges/">', script(award), url="https://trees.example.org/")).name == "Tree planting"


def test_error_for_a_page_without_a_badge_states_what_was_expected() -> None:
    rejected = rejection(page(script(ORGANIZATION)))
    assert (rejected.code, rejected.document) == ("not-open-badges", PAGE_URL)
    assert "the page has no link to a badge" in rejected.reason


def test_badge_class_on_a_linked_page_is_found() -> None:
    award = ASSERTION_2_0 | {"badge": PAGE_URL}
    assert read(document(award), {PAGE_URL: page(LD_LINK).body, BADGE_URL: BADGE}).name == "Tree planting"


def test_linked_badge_class_with_its_own_signature_is_rejected() -> None:
    token = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({}, BADGE, 1)
    )
    assert rejection(document(ASSERTION_2_0), Web({ASSERTION_2_0["badge"]: token})).code == "not-open-badges"


# ---------------------------------------------------------------- the Link header


@pytest.mark.parametrize(
    "header",
    [
        f'<{BADGE_URL}>; rel="alternate"; type="application/ld+json"',
        "<planting.json>; rel=alternate; type=application/ld+json",
        f'<{SITE_URL}>;rel=alternate;type=application/json,<{BADGE_URL}>;type="application/ld+json";rel="x alternate"',
        f'</a.css>; rel=preload; as=style, <{BADGE_URL}>; rel="alternate"; type="application/ld+json"; title="a, b; c"',
        '</x>; rel=alternate; type="application/ld+json"; anchor="#a", '
        f"<{BADGE_URL}>; REL=Alternate; TYPE=application/ld+json",
    ],
)
def test_link_header_is_treated_like_links_on_the_page(header: str) -> None:
    """JSON-LD 1.1, section 6.2; RFC 8288."""
    assert read(page(link_header=header)).name == "Tree planting"


@pytest.mark.parametrize("body", [b"Trees", b"", png(), b"%PDF-1.7"], ids=["text", "nothing", "image", "binary"])
def test_link_header_is_followed_unless_the_response_is_a_badge(body: bytes) -> None:
    header = f'<{BADGE_URL}>; rel="alternate"; type="application/ld+json"'
    assert read(SourceDocument(PAGE_URL, "text/plain", body, header)).name == "Tree planting"
    own = SourceDocument(PAGE_URL, "application/json", json.dumps(BADGE | {"name": "Own"}).encode(), header)
    assert read(own).name == "Own"


def test_page_with_a_link_header_to_a_forbidden_url_is_rejected() -> None:
    header = '<file:///etc/passwd>; rel="alternate"; type="application/ld+json"'
    assert rejection(page(JSON_LINK, link_header=header), Web({SITE_URL: BADGE})).code == "blocked-address"


# ---------------------------------------------------------------- spaces in URLs


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u3000"])
@pytest.mark.parametrize("field", ["badge", "image", "page"])
def test_spaces_in_a_url_are_percent_encoded(field: str, space: str) -> None:
    url = f"https://trees.example.org/green{space}tile"
    encoded = url.replace(space, "".join(f"%{octet:02X}" for octet in space.encode()))
    linked = {"badge": BADGE, "image": png(), "page": BADGE}[field]
    source = {
        "badge": document(ASSERTION_2_0 | {"badge": url}),
        "image": document(BADGE | {"image": f" {url} "}),
        "page": page(LD_LINK.replace(BADGE_URL, url)),
    }[field]
    web = Web({encoded: linked})

    assert read_source(source, web.fetch).image is not None
    assert web.asked == [encoded]


@pytest.mark.parametrize("url", ["http://a b.example/", "http:// 127.0.0.1/", "http://a@b c/", "java script:alert(1)"])
def test_spaces_in_a_host_name_are_not_corrected(url: str) -> None:
    web = Web()
    assert rejection(document(BADGE | {"image": url}), web).code == "blocked-address"
    assert web.asked == []


# ---------------------------------------------------------------- wrappers

PRESENTATION: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiablePresentation"],
}


def jws(claims: object) -> str:
    parts = ({"alg": "ES512"}, claims)
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + ".AAAA"
    )


ENVELOPED = {"type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{jws(CREDENTIAL)}"}
WRAPPED: dict[str, object] = {
    "a list": [CREDENTIAL],
    "a nested list": [[CREDENTIAL]],
    "a list with a JWS": [jws(CREDENTIAL)],
    "a list as text": json.dumps([CREDENTIAL]),
    "a presentation": PRESENTATION | {"verifiableCredential": [CREDENTIAL]},
    "a presentation with a single credential": PRESENTATION | {"verifiableCredential": CREDENTIAL},
    "a presentation with a JWS": PRESENTATION | {"verifiableCredential": [jws(CREDENTIAL)]},
    "a presentation with an enveloped credential": PRESENTATION | {"verifiableCredential": [ENVELOPED]},
    "an enveloped credential": ENVELOPED,
    "a signed presentation": jws({"iss": "did:example:1", "vp": PRESENTATION | {"verifiableCredential": [CREDENTIAL]}}),
    "a signed presentation with a JWS": jws(PRESENTATION | {"verifiableCredential": [jws(CREDENTIAL)]}),
    "a graph": {"@context": CREDENTIAL["@context"], "@graph": [CREDENTIAL | {"@context": None}]},
    "a graph that is not a list": {"@graph": CREDENTIAL},
    "a graph with several nodes": {"@graph": [ORGANIZATION, CREDENTIAL, {"id": "urn:1", "type": "Profile"}]},
    "a JSON string": json.dumps(json.dumps(CREDENTIAL)),
}  # fmt: skip


@pytest.mark.parametrize("wrapped", WRAPPED.values(), ids=WRAPPED.keys())
def test_single_badge_in_a_wrapper_is_used(wrapped: object) -> None:
    proposal = read(document(wrapped), {})
    assert (proposal.name, proposal.open_badges_version) == ("Teamwork", "3.0")
    assert proposal.assertion_id == CREDENTIAL["id"]


def test_award_and_its_badge_class_are_found_in_a_graph() -> None:
    badge = {key: value for key, value in BADGE_CLASS_2_0.items() if key != "@context"} | {"image": BADGE["image"]}
    award = {key: value for key, value in ASSERTION_2_0.items() if key != "@context"}
    issuer = {"id": BADGE_CLASS_2_0["issuer"], "type": "Issuer", "name": "Example University"}
    graph = {"@context": "https://w3id.org/openbadges/v2", "@graph": [issuer, badge, award]}

    for wrapped in (graph, [issuer, badge, award]):
        proposal = read(document(wrapped), {})
        assert (proposal.name, proposal.assertion_id) == (BADGE_CLASS_2_0["name"], ASSERTION_2_0["id"])


@pytest.mark.parametrize(
    ("wrapped", "said"),
    [
        (PRESENTATION | {"verifiableCredential": [CREDENTIAL, CREDENTIAL]}, "found 2. Send the credential itself"),
        (PRESENTATION, "found none. Send the credential itself"),
        ([CREDENTIAL, CREDENTIAL], "found 2 among 2 items. Send exactly one"),
        ([BADGE, BADGE, SITE], "found 2 among 3 items. Send exactly one"),
        ({"@graph": [ORGANIZATION, SITE]}, "found none among 2 items. Send exactly one"),
        ([], "an assertion or badge class as JSON"),
        ([[]], "an assertion or badge class as JSON"),
    ],
)
def test_wrapper_with_no_badge_or_several_badges_is_rejected_with_advice(wrapped: object, said: str) -> None:
    rejected = rejection(document(wrapped))
    assert rejected.code == "not-open-badges"
    assert said in rejected.reason


def test_presentation_signature_does_not_verify_the_presented_credential() -> None:
    proposal = read(document(WRAPPED["a signed presentation"]), {})
    assert "The credential has no proof, so its issuer can't be confirmed." in proposal.warnings


def test_presented_credential_signature_is_verified() -> None:
    unsigned = jws(CREDENTIAL).replace(jws({}).partition(".")[0], base64.urlsafe_b64encode(b'{"alg":"none"}').decode())
    presentation = PRESENTATION | {"verifiableCredential": [unsigned.rpartition(".")[0].replace("=", "") + "."]}
    assert rejection(document(presentation)).code == "bad-signature"


# ---------------------------------------------------------------- performance


@pytest.mark.parametrize(
    "piece",
    ["<script>", "<script ", "<title>", '<link a="', "<link a='\"", "<base ", "</script", "<!--", "<script>'\"<",
     '<script type="application/ld+json">', '<script type="application/ld+json">{</script>', LD_LINK[:-2]],
)  # fmt: skip
def test_any_html_page_is_searched_quickly(piece: str) -> None:
    began = time.process_time()
    assert rejection(page(piece * (1_000_000 // len(piece)))).code in ("not-open-badges", "unreachable-source")
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "piece", ["<a>", "<a>; rel=alternate", "<a>;;;;", "<" * 9, ";rel=a" * 9, "<a>; type='" + '"' * 9]
)
def test_any_link_header_is_parsed_quickly(piece: str) -> None:
    began = time.process_time()
    assert rejection(page(link_header=piece * (64_000 // len(piece)))).code == "not-open-badges"
    assert time.process_time() - began < 1


@pytest.mark.parametrize("opening", ["[", '{"@graph":', '{"verifiableCredential":', '{"@graph":['])
def test_endlessly_nested_wrappers_are_rejected(opening: str) -> None:
    closing = {"[": "]", "{": "}"}
    for depth in (500, 30_000):
        text = (
            opening * depth
            + "1"
            + "".join(closing[letter] for letter in reversed(opening) if letter in closing) * depth
        )
        assert rejection(document(text)).code == "not-open-badges"
