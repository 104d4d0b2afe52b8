"""Public badges and awards: an HTML page for browsers and JSON-LD for verifiers, at the same URL."""

import base64
import hashlib
import json
import re
import time
from datetime import UTC, datetime

import pytest

from functions.api.api.public.markdown import MAX_CHARACTERS, narrative
from operations.loading.load import load
from operations.loading.reading import read_document
from tests.integration.exports.welding_school import load_school, organization
from tests.support.api_client import Answer, call
from tests.support.clock import set_time

pytestmark = pytest.mark.usefixtures("tables")

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
VERIFIERS = [
    None,
    "*/*",
    "application/ld+json",
    "application/ld+json, application/json",
    "application/json, text/plain, */*",
    "application/ld+json, text/html",
    "application/json;q=0.9, text/html;q=0.5",
    "text/html;q=0, application/json",
    "text/html;q=lots, */*;q=0.1",
    "image/png",
]
MARKUP = """<img src=x onerror="alert(1)"></title></style><script>alert(1)</script>"""


def get(path: str, accept: str | None = BROWSER, **headers: str) -> Answer:
    return call("GET", path, email=None, headers=headers | ({"Accept": accept} if accept else {}))


def text_of(answer: Answer) -> str:
    """Return the visible text of a page on one line."""
    return " ".join(re.sub("<style>.*</style>|<[^>]*>", " ", answer.text, flags=re.DOTALL).split())


def test_browser_gets_an_html_page_for_a_badge() -> None:
    load_school()
    answer = get("/public/badges/BC-1")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<title>Welder</title>" in answer.text
    said = text_of(answer)
    for text in ("Welder", "Welds", "École de soudure", "Weld twice", "Safety", "ISO 9606", "metal", "fire"):
        assert text in said
    for address in ("https://weld.example.org/welder", "https://standards.example.org/safety"):
        assert f'<a href="{address}" rel="nofollow noreferrer">' in answer.text
    assert '<img src="https://badges.example.org/public/badges/BC-1/image"' in answer.text


def test_award_page_does_not_name_the_recipient() -> None:
    load_school()
    answer = get("/public/assertions/A3")

    said = text_of(answer)
    assert "This badge is valid." in said
    assert "Issued on 1 March 2026" in said
    assert "Expires on 1 March 2027" in said
    for text in ("Welder", "École de soudure", "Wrote &quot;x&quot;", "A seam", "https://ada.example.org/weld"):
        assert text in said
    assert "Lovelace" not in answer.text
    assert "@example.org" not in answer.text
    assert '<a href="https://badges.example.org/public/badges/BC-1">' in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_award_page_shows_that_the_award_has_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    load_school()
    set_time(datetime(2027, 3, 1, 10, tzinfo=UTC), monkeypatch)
    assert "This badge has expired." in text_of(get("/public/assertions/A3"))


def test_page_for_a_revoked_award_returns_410_and_shows_the_reason() -> None:
    load_school()
    answer = get("/public/assertions/A1")

    assert answer.status == 410
    assert "This badge was revoked. It broke" in text_of(answer)
    assert "Issued on" not in answer.text
    document = get("/public/assertions/A1", "application/ld+json")
    assert (document.status, document.json["revoked"], document.json["revocationReason"]) == (410, True, "It broke")


@pytest.mark.parametrize("accept", VERIFIERS, ids=str)
def test_client_that_does_not_prefer_html_gets_the_json_ld_document(accept: str | None) -> None:
    load_school()
    for path, type_ in (("/public/badges/BC-1", "BadgeClass"), ("/public/assertions/A3", "Assertion")):
        answer = get(path, accept)
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/ld+json")
        assert answer.json["type"] == type_


@pytest.mark.parametrize("path", ["/public/badges/BC-1", "/public/assertions/A3", "/public/assertions/A1"])
def test_caches_store_the_page_and_the_document_separately(path: str) -> None:
    load_school()
    page, document = get(path), get(path, "application/ld+json")
    assert page.headers["Vary"] == document.headers["Vary"] == "Accept, Accept-Encoding"
    assert document.headers["ETag"].startswith('W/"')  # the gateway compresses one body but not the other
    again = get(path, **{"If-None-Match": document.headers["ETag"]})
    assert again == page


def test_page_links_to_its_json_ld_document() -> None:
    load_school()
    for path in ("/public/badges/BC-1", "/public/assertions/A3"):
        address = f"https://badges.example.org{path}"
        assert f'<link rel="alternate" type="application/ld+json" href="{address}">' in get(path).text


def test_browser_gets_an_html_error_page_for_an_unknown_resource() -> None:
    load_school()
    for path in ("/public/badges/NONE", "/public/assertions/NONE", "/public/badges/a b"):
        page, problem = get(path), get(path, "application/json")
        assert page.status == problem.status == 404
        assert "Page not found" in page.text
        assert problem.problem["code"] == "not-found"


def test_resource_without_a_page_returns_the_same_response_to_browsers_and_programs() -> None:
    load_school()
    for path in (
        "/public/issuers/WELD",
        "/public/issuers/NONE",
        "/public/images/none.png",
        "/public/badges/NONE/image",
    ):
        assert get(path) == get(path, None)


def test_user_supplied_text_is_escaped() -> None:
    document = organization()
    [school, _] = document["issuers"]
    [badge, *_] = school["badgeClasses"]
    school["issuer"] |= {"name": MARKUP, "description": MARKUP}
    badge |= {"name": MARKUP, "description": MARKUP, "criteria": {"narrative": MARKUP}, "tags": [MARKUP]}
    badge["alignment"] = [{"targetName": MARKUP, "targetUrl": "https://x.example/?'&b=1"}]
    badge["assertions"] = [
        badge["assertions"][0] | {"narrative": MARKUP, "evidence": [{"narrative": MARKUP}]},
        badge["assertions"][1] | {"revocationReason": MARKUP},
    ]
    load(read_document(json.dumps(document).encode()))

    for path in ("/public/badges/BC-1", "/public/assertions/A3", "/public/assertions/A1"):
        page = get(path).text
        assert "<script" not in page
        assert "<img src=x" not in page
        assert page.count("<title>") == page.count("</title>") == page.count("</style>") == 1


def test_page_forbids_scripts_and_allows_only_its_own_styles() -> None:
    load_school()
    answer = get("/public/badges/BC-1")
    rules = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
    [styles] = re.findall("<style>(.*?)</style>", answer.text, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == f"'sha256-{digest}'"
    assert "script-src" not in rules
    assert " style=" not in answer.text


def test_badge_with_only_a_name_has_a_page() -> None:
    load_school()
    said = text_of(get("/public/badges/BC-3"))
    assert "=Plumber" in said
    assert "Criteria" not in said


NARRATIVE = """**Weld** *two* seams:

1. [Plan](https://weld.example.org/plan?a=1&b=2)
2. ![Chart](https://weld.example.org/chart.png)

Ask <mailto:weld@example.org>
on a new line, <b>not bold</b> &amp; [dead](javascript:alert(1)) [also](data:text/html,x) [too](/relative)"""


def test_narratives_are_rendered_as_markdown_with_safe_links_only() -> None:
    document = organization()
    [badge, *_] = document["issuers"][0]["badgeClasses"]
    badge["criteria"] = {"narrative": NARRATIVE}
    [award] = [award for award in badge["assertions"] if award["entityId"] == "A3"]
    award |= {"narrative": NARRATIVE, "evidence": [{"narrative": NARRATIVE}]}
    load(read_document(json.dumps(document).encode()))

    for path, count in (("/public/badges/BC-1", 1), ("/public/assertions/A3", 2)):
        page = get(path).text
        assert page.count("<strong>Weld</strong> <em>two</em> seams:") == count
        assert page.count("<ol") == count
        safe = r'href="(https://weld\.example\.org/(?:plan|chart)[^"]*|mailto:[^"]*)" rel="nofollow noreferrer"'
        assert re.findall(safe, page) == count * [
            "https://weld.example.org/plan?a=1&amp;b=2",
            "https://weld.example.org/chart.png",
            "mailto:weld@example.org",
        ]
        assert page.count("<br") == count
        assert "&lt;b&gt;not bold&lt;/b&gt;" in page
        assert 'chart.png"><' not in page
        for address in ("javascript:", "data:text", "/relative"):
            assert f'href="{address}' not in page


@pytest.mark.parametrize("part", ["[", "**a ", "- ", "> ", "`", "![", "[a](b", "<a ", "_a__", "\\", "*"])
def test_hostile_markdown_narrative_is_rendered_quickly(part: str) -> None:
    begin = time.perf_counter()
    narrative(part * (MAX_CHARACTERS // len(part)))
    assert time.perf_counter() - begin < 5
