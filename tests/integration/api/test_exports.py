"""Exports over the API: request, poll, and download them."""

import csv
import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from badgedata import clock
from badgedata.config import config
from tests.integration.api.exporting import finished_export, object_of_link, request, request_id
from tests.support.api_client import Person
from tests.support.clock import set_time
from tests.support.invocations import process_queue
from tests.support.organizations import (
    ADMIN,
    CARPENTER,
    ISSUER_ROLES,
    NOBODY,
    OWNER,
    PENNILESS,
    RIVAL,
    STAFF,
)

pytestmark = pytest.mark.usefixtures("organizations")


# ---------------------------------------------------------------- request and poll


def test_accepted_export_is_queued_and_shows_its_options() -> None:
    answer = request(body={"kind": "awards", "awardedAfter": "2026-01-01", "byteOrderMark": False})
    assert answer.status == 202
    export = answer.json
    assert OWNER.follow(answer.headers["Location"]).json["id"] == export["id"]
    created_at = datetime.fromisoformat(export.pop("createdAt"))
    assert datetime.now(UTC) - created_at < timedelta(minutes=1)
    assert export == {
        "id": export["id"],
        "kind": "awards",
        "scope": {"type": "issuer", "id": "WELD", "name": "Welding School"},
        "options": {"awardedAfter": "2026-01-01", "timeZone": "UTC", "byteOrderMark": False},
        "notify": False,
        "deliver": False,
        "status": "queued",
        "progress": {"rows": 0},
        "requestedBy": OWNER.email,
    }


def test_finished_export_has_a_file_that_matches_its_metadata() -> None:
    export = finished_export()
    file = export["file"]
    content = object_of_link(export["downloadUrl"])
    assert content.startswith(b"\xef\xbb\xbfAward ID,")
    assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["Award ID"] for row in rows] == ["A1", "A2"]
    assert file["rows"] == 2
    assert file["contentType"] == "text/csv; charset=utf-8"
    assert export["progress"] == {"rows": 2, "expectedRows": 2, "percent": 100.0}
    assert "error" not in export


def test_file_name_contains_scope_kind_and_time() -> None:
    export = finished_export()
    stamp = export["createdAt"].replace("-", "").replace(":", "")
    assert export["file"]["name"] == f"welding-school-awards-{stamp}.csv"


def test_files_expire_after_seven_days_and_links_after_fifteen_minutes() -> None:
    export = finished_export()
    kept = datetime.fromisoformat(export["fileExpiresAt"]) - datetime.fromisoformat(export["finishedAt"])
    assert kept == timedelta(days=7)
    link = parse_qs(urlsplit(export["downloadUrl"]).query)
    assert link["X-Amz-Expires"] == ["900"]
    assert link["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    left = datetime.fromisoformat(export["downloadUrlExpiresAt"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


def test_date_range_includes_whole_days_in_the_requested_time_zone() -> None:
    in_berlin = {
        "kind": "awards",
        "awardedAfter": "2025-07-01",
        "awardedBefore": "2025-07-01",
        "timeZone": "Europe/Berlin",
    }
    assert finished_export(body=in_berlin)["file"]["rows"] == 1  # A1, issued at 22:00 UTC
    assert finished_export(body=in_berlin | {"timeZone": "UTC"})["file"]["rows"] == 0


def test_organization_export_contains_only_awards_from_its_issuers() -> None:
    export = finished_export(ADMIN, path="/organizations/MAKERS/exports")
    assert export["scope"] == {"type": "organization", "id": "MAKERS", "name": "The Makers"}
    assert export["file"]["rows"] == 2


# ---------------------------------------------------------------- permissions


@pytest.mark.parametrize("role", ISSUER_ROLES)
def test_every_issuer_role_can_export_the_issuers_awards(role: str) -> None:
    assert request(ISSUER_ROLES[role]).status == 202


def test_admins_can_export_the_organization_and_each_of_its_issuers() -> None:
    for path in ("/organizations/MAKERS/exports", "/issuers/WELD/exports", "/issuers/WOOD/exports"):
        assert request(ADMIN, path).status == 202


@pytest.mark.parametrize("person", [RIVAL, CARPENTER, NOBODY, PENNILESS], ids=lambda person: person.email)
def test_callers_without_a_role_for_the_issuer_get_a_not_found_error(person: Person) -> None:
    export_id = finished_export()["id"]
    for theirs, none in (
        (request(person), request(person, "/issuers/NONE/exports")),
        (request(person, "/organizations/MAKERS/exports"), request(person, "/organizations/NONE/exports")),
        *((person.get(f"/exports/{id_}"), person.get("/exports/NONE")) for id_ in (export_id,)),
        (person.get(f"/exports/{export_id}/file"), person.get("/exports/NONE/file")),
        (person.delete(f"/exports/{export_id}"), person.delete("/exports/NONE")),
        *(
            (person.get("/exports", query={name: scope}), person.get("/exports", query={name: "NONE"}))
            for name, scope in (("organizationId", "MAKERS"), ("issuerId", "WELD"), ("badgeClassId", "BC-WELD-1"))
        ),
    ):
        assert theirs == none
        assert (theirs.status, theirs.problem["code"]) == (404, "not-found")
    assert OWNER.get(f"/exports/{export_id}").json["status"] == "succeeded"


def test_issuer_members_cannot_see_organization_exports() -> None:
    export_id = request_id(ADMIN, "/organizations/MAKERS/exports")
    assert OWNER.get(f"/exports/{export_id}") == OWNER.get("/exports/NONE")


def test_exports_are_unavailable_on_the_free_plan() -> None:
    for path in ("/organizations/FREE/exports", "/issuers/GRATIS/exports"):
        answer = request(PENNILESS, path)
        assert (answer.status, answer.problem["code"]) == (403, "subscription-required")
        assert "The Free" in answer.problem["detail"]
    assert PENNILESS.get("/exports", query={"organizationId": "FREE"}).json == {"items": []}


def test_exports_above_the_active_export_limit_are_rejected_with_a_retry_time() -> None:
    first, *_ = [request_id(ADMIN, "/issuers/WOOD/exports") for _ in range(config().active_exports_per_organization)]
    answer = request()
    assert (answer.status, answer.problem["code"]) == (429, "too-many-exports")
    assert int(answer.headers["Retry-After"]) > 0
    ADMIN.delete(f"/exports/{first}")
    assert request().status == 202


# ---------------------------------------------------------------- idempotency


def test_repeated_idempotency_key_returns_the_first_export() -> None:
    first = request_id(key="spring")
    assert request_id(key="spring") == first
    process_queue()
    repeated = request(key="spring")
    assert (repeated.status, repeated.json["id"], repeated.json["status"]) == (202, first, "succeeded")
    assert OWNER.follow(repeated.headers["Location"]).json["id"] == first
    assert len(OWNER.get("/exports", query={"issuerId": "WELD"}).json["items"]) == 1


def test_equivalent_request_with_the_same_idempotency_key_returns_the_first_export() -> None:
    first = request_id(key="spring", body={"kind": "awards", "timeZone": "UTC"})
    assert request_id(key="spring", body={"byteOrderMark": True, "kind": "awards"}) == first


@pytest.mark.parametrize(
    "other", [{"body": {"kind": "awards", "awardedAfter": "2026-01-01"}}, {"path": "/issuers/WOOD/exports"}]
)
def test_idempotency_key_cannot_be_reused_for_a_different_request(other: dict[str, Any]) -> None:
    request_id(ADMIN, key="spring")
    answer = request(ADMIN, key="spring", **other)
    assert (answer.status, answer.problem["code"]) == (422, "invalid-request")
    assert answer.wrong_fields == ["Idempotency-Key"]


def test_callers_do_not_share_idempotency_keys() -> None:
    assert request_id(OWNER, key="spring") != request_id(STAFF, key="spring")


def test_idempotency_key_is_kept_for_one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    first, start = request_id(key="spring"), clock.now()
    set_time(start + timedelta(hours=23, minutes=59), monkeypatch)
    assert request_id(key="spring") == first
    set_time(start + timedelta(hours=24, minutes=1), monkeypatch)
    assert request_id(key="spring") != first
