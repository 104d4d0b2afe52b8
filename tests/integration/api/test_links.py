"""Links to files and images expire no later than the session that signed them."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.session import get_session

from badgedata import aws, clock
from badgedata.records.directory import BadgeClass
from tests.support.api_client import Answer, call
from tests.support.images import gray_png
from tests.support.invocations import process_queue
from tests.support.organizations import OWNER
from tests.support.replacing import BADGE_CLASS, load_badge_class

pytestmark = pytest.mark.usefixtures("organizations")

type SessionEnds = Callable[[timedelta], None]


@pytest.fixture
def session_ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionEnds]:
    """Return a function that uses session credentials that expire after the given time."""

    def end(after: timedelta) -> None:
        monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", clock.rfc3339(clock.now() + after))
        session = get_session()
        monkeypatch.setattr(aws, "_session", lambda: session)
        aws.s3.cache_clear()

    yield end
    monkeypatch.undo()
    aws.s3.cache_clear()


def seconds(url: str) -> int:
    return int(parse_qs(urlsplit(url).query)["X-Amz-Expires"][0])


def download() -> dict[str, str]:
    export_id = OWNER.post("/issuers/WELD/exports", {"kind": "awards"}).json["id"]
    process_queue()
    export: dict[str, str] = OWNER.get(f"/exports/{export_id}").json
    return export


def test_download_link_is_valid_for_fifteen_minutes() -> None:
    export = download()
    assert seconds(export["downloadUrl"]) == 900
    assert seconds_left(export["downloadUrlExpiresAt"]) == pytest.approx(900, abs=5)


def test_download_link_expires_with_the_credentials_that_signed_it(session_ends: SessionEnds) -> None:
    session_ends(timedelta(minutes=12))
    export = download()
    assert seconds(export["downloadUrl"]) == pytest.approx(720, abs=5)
    assert seconds_left(export["downloadUrlExpiresAt"]) == pytest.approx(720, abs=5)
    file = OWNER.get(f"/exports/{export['id']}/file")
    assert seconds(file.headers["Location"]) <= 720


def test_link_signed_with_long_lived_credentials_is_valid_for_fifteen_minutes(session_ends: SessionEnds) -> None:
    session_ends(timedelta(hours=6))
    assert seconds(download()["downloadUrl"]) == 900


def test_image_redirect_is_cached_for_at_most_half_the_links_lifetime(session_ends: SessionEnds) -> None:
    load_badge_class(0, gray_png())
    kept = {}
    for minutes in (60, 12):
        session_ends(timedelta(minutes=minutes))
        image = badge_image()
        kept[minutes] = seconds(image.headers["Location"]), image.headers["Cache-Control"]
    assert kept[60] == (900, "public, max-age=450")
    link_seconds, cache_control = kept[12]
    assert link_seconds == pytest.approx(720, abs=5)
    assert cache_control == f"public, max-age={link_seconds // 2}"


def test_public_image_url_redirects_to_the_cacheable_image_url() -> None:
    load_badge_class(0, gray_png())
    shown = OWNER.get(f"/badge-classes/{BADGE_CLASS}").json
    listed = OWNER.get("/issuers/WELD/badge-classes", query={"sort": "name"}).json["items"]
    assert shown in listed
    redirect = call("GET", f"/public/badges/{BADGE_CLASS}/image", email=None)
    assert shown["cacheableImage"] == redirect.headers["Location"]
    assert shown["image"].endswith(f"/public/badges/{BADGE_CLASS}/image")


def test_image_on_another_site_has_no_cacheable_url() -> None:
    load_badge_class(0)
    BadgeClass(*BadgeClass.key(BADGE_CLASS)).update([BadgeClass.image.set("https://images.example.org/badge.png")])
    shown = OWNER.get(f"/badge-classes/{BADGE_CLASS}").json
    assert shown["image"] == "https://images.example.org/badge.png"
    assert "cacheableImage" not in shown


def seconds_left(until: str) -> float:
    return (datetime.fromisoformat(until) - clock.now()).total_seconds()


def badge_image() -> Answer:
    redirect = call("GET", f"/public/badges/{BADGE_CLASS}/image", email=None)
    return call("GET", urlsplit(redirect.headers["Location"]).path, email=None)
