"""Exports over the API: request, poll, download, list, cancel, and delete them."""

import csv
import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from badgedata import clock
from badgedata.config import config
from badgedata.exports import lifecycle
from functions.api.api.http import pages
from functions.api.api.routes import exports as routes
from tests.support.api_client import Answer, Person
from tests.support.clock import set_time
from tests.support.invocations import process_queue
from tests.support.organizations import (
    ADMIN,
    CARPENTER,
    EDITOR,
    ISSUER_ROLES,
    NOBODY,
    OWNER,
    PENNILESS,
    RIVAL,
    STAFF,
)

pytestmark = pytest.mark.usefixtures("organizations")

AWARDS = {"kind": "awards"}


def request(person: Person = OWNER, path: str = "/issuers/WELD/exports", body: Any = AWARDS, key: str = "") -> Answer:
    return person.post(path, body, headers={"Idempotency-Key": key} if key else {})


def request_id(*arguments: Any, **more: Any) -> str:
    answer = request(*arguments, **more)
    assert answer.status == 202, answer.text
    return str(answer.json["id"])


def finished_export(person: Person = OWNER, **more: Any) -> dict[str, Any]:
    export_id = request_id(person, **more)
    process_queue()
    export: dict[str, Any] = person.get(f"/exports/{export_id}").json
    assert export["status"] == "succeeded", export
    return export


def objects() -> list[str]:
    listed = boto3.client("s3").list_objects_v2(Bucket=config().exports_bucket)
    return [item["Key"] for item in listed.get("Contents", [])]


def object_of_link(url: str) -> bytes:
    """Return the object that a presigned link refers to; the end-to-end tests use the link itself."""
    key = urlsplit(url).path.removeprefix("/")
    return boto3.client("s3").get_object(Bucket=config().exports_bucket, Key=key)["Body"].read()


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


def test_files_are_kept_for_seven_days_and_links_for_fifteen_minutes() -> None:
    export = finished_export()
    kept = datetime.fromisoformat(export["fileExpiresAt"]) - datetime.fromisoformat(export["finishedAt"])
    assert kept == timedelta(days=7)
    link = parse_qs(urlsplit(export["downloadUrl"]).query)
    assert link["X-Amz-Expires"] == ["900"]
    assert link["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    left = datetime.fromisoformat(export["downloadUrlExpiresAt"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


def test_dates_are_whole_days_in_the_time_zone() -> None:
    in_berlin = {
        "kind": "awards",
        "awardedAfter": "2025-07-01",
        "awardedBefore": "2025-07-01",
        "timeZone": "Europe/Berlin",
    }
    assert finished_export(body=in_berlin)["file"]["rows"] == 1  # A1, issued at 22:00 UTC
    assert finished_export(body=in_berlin | {"timeZone": "UTC"})["file"]["rows"] == 0


def test_organization_export_has_only_awards_of_its_issuers() -> None:
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
def test_issuer_and_its_exports_are_hidden_without_a_role(person: Person) -> None:
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


def test_issuer_roles_cannot_see_organization_exports() -> None:
    export_id = request_id(ADMIN, "/organizations/MAKERS/exports")
    assert OWNER.get(f"/exports/{export_id}") == OWNER.get("/exports/NONE")


def test_exports_are_unavailable_on_the_free_plan() -> None:
    for path in ("/organizations/FREE/exports", "/issuers/GRATIS/exports"):
        answer = request(PENNILESS, path)
        assert (answer.status, answer.problem["code"]) == (403, "subscription-required")
        assert "The Free" in answer.problem["detail"]
    assert PENNILESS.get("/exports", query={"organizationId": "FREE"}).json == {"items": []}


def test_exports_above_the_limit_are_rejected_with_a_retry_time() -> None:
    first, *_ = [request_id(ADMIN, "/issuers/WOOD/exports") for _ in range(config().active_exports_per_organization)]
    answer = request()
    assert (answer.status, answer.problem["code"]) == (429, "too-many-exports")
    assert int(answer.headers["Retry-After"]) > 0
    ADMIN.delete(f"/exports/{first}")
    assert request().status == 202


# ---------------------------------------------------------------- permission to cancel and delete


@pytest.mark.parametrize("person", [OWNER, EDITOR, ADMIN], ids=lambda person: person.email)
def test_editing_roles_can_delete_other_peoples_exports(person: Person) -> None:
    export_id = finished_export(STAFF)["id"]
    deleted = person.delete(f"/exports/{export_id}").json
    assert (deleted["status"], deleted["deletedBy"]) == ("expired", person.email)


def test_staff_can_cancel_and_delete_only_their_own_exports() -> None:
    for export_id in (finished_export(OWNER)["id"], request_id(OWNER)):
        before = OWNER.get(f"/exports/{export_id}").json["status"]
        answer = STAFF.delete(f"/exports/{export_id}")
        assert (answer.status, answer.problem["code"]) == (403, "role-not-allowed")
        assert "only exports that you requested" in answer.problem["detail"]
        after = OWNER.get(f"/exports/{export_id}").json
        assert (after["status"], "deletedBy" in after) == (before, False)
    OWNER.delete(f"/exports/{export_id}")
    assert STAFF.delete(f"/exports/{finished_export(STAFF)['id']}").json["status"] == "expired"
    assert STAFF.delete(f"/exports/{request_id(STAFF)}").json["status"] == "cancelled"


def test_own_exports_are_recognized_regardless_of_letter_case() -> None:
    export_id = request_id(Person(STAFF.email.upper()))
    assert STAFF.delete(f"/exports/{export_id}").json["status"] == "cancelled"


# ---------------------------------------------------------------- idempotency


def test_repeated_request_with_the_same_key_returns_the_first_export() -> None:
    first = request_id(key="spring")
    assert request_id(key="spring") == first
    process_queue()
    repeated = request(key="spring")
    assert (repeated.status, repeated.json["id"], repeated.json["status"]) == (202, first, "succeeded")
    assert OWNER.follow(repeated.headers["Location"]).json["id"] == first
    assert len(OWNER.get("/exports", query={"issuerId": "WELD"}).json["items"]) == 1


def test_equivalent_request_with_the_same_key_returns_the_first_export() -> None:
    first = request_id(key="spring", body={"kind": "awards", "timeZone": "UTC"})
    assert request_id(key="spring", body={"byteOrderMark": True, "kind": "awards"}) == first


@pytest.mark.parametrize(
    "other", [{"body": {"kind": "awards", "awardedAfter": "2026-01-01"}}, {"path": "/issuers/WOOD/exports"}]
)
def test_same_key_with_a_different_request_is_rejected(other: dict[str, Any]) -> None:
    request_id(ADMIN, key="spring")
    answer = request(ADMIN, key="spring", **other)
    assert (answer.status, answer.problem["code"]) == (422, "invalid-request")
    assert answer.wrong_fields == ["Idempotency-Key"]


def test_keys_are_separate_for_each_caller() -> None:
    assert request_id(OWNER, key="spring") != request_id(STAFF, key="spring")


def test_key_is_kept_for_one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    first, start = request_id(key="spring"), clock.now()
    set_time(start + timedelta(hours=23, minutes=59), monkeypatch)
    assert request_id(key="spring") == first
    set_time(start + timedelta(hours=24, minutes=1), monkeypatch)
    assert request_id(key="spring") != first


# ---------------------------------------------------------------- history


def test_history_pages_list_newest_exports_first_without_duplicates() -> None:
    asked = [finished_export()["id"] for _ in range(5)]
    found, query = [], {"issuerId": "WELD", "limit": "2"}
    for size in (2, 2, 1):
        page = STAFF.get("/exports", query=query).json
        assert len(page["items"]) == size
        found += [item["id"] for item in page["items"]]
        query["cursor"] = page.get("nextCursor", "")
    assert found == asked[::-1]
    assert query["cursor"] == ""


def test_export_requested_while_paging_does_not_change_later_pages() -> None:
    asked = [finished_export()["id"] for _ in range(3)]
    page = OWNER.get("/exports", query={"issuerId": "WELD", "limit": "1"}).json
    finished_export()
    rest = OWNER.get("/exports", query={"issuerId": "WELD", "cursor": page["nextCursor"]}).json
    assert [item["id"] for item in rest["items"]] == asked[-2::-1]


def test_every_scope_has_its_own_history() -> None:
    issuers = request_id(ADMIN)
    organizations = request_id(ADMIN, "/organizations/MAKERS/exports")
    for query, expected in (({"issuerId": "WELD"}, [issuers]), ({"organizationId": "MAKERS"}, [organizations])):
        assert [item["id"] for item in ADMIN.get("/exports", query=query).json["items"]] == expected
    assert ADMIN.get("/exports", query={"badgeClassId": "BC-WELD-1"}).json == {"items": []}


# ---------------------------------------------------------------- filtered history


def filtered(**query: str | list[str]) -> list[str]:
    """Return the IDs of an issuer's exports that match filters, from all pages."""
    parameters: dict[str, str | list[str]] = {"issuerId": "WELD", **query}
    found: list[str] = []
    while True:
        page = OWNER.get("/exports", query=parameters).json
        found += [item["id"] for item in page["items"]]
        if "nextCursor" not in page:
            return found
        parameters["cursor"] = page["nextCursor"]


def test_history_is_filtered_by_kind_and_status() -> None:
    awards, groups = finished_export()["id"], request_id(body={"kind": "groups"})
    badges = request_id(body={"kind": "badges"})
    OWNER.delete(f"/exports/{groups}")
    assert filtered(kind="awards") == [awards]
    assert filtered(kind=["groups", "badges"]) == [badges, groups]
    assert filtered(status="cancelled") == [groups]
    assert filtered(status=["succeeded", "queued"]) == [badges, awards]
    assert filtered(kind=["awards", "groups"], status="succeeded") == [awards]
    assert filtered(kind="learner-progress") == []


def test_deleted_exports_are_found_by_the_status_that_users_see() -> None:
    export_id = finished_export()["id"]
    OWNER.delete(f"/exports/{export_id}")
    assert filtered(status="expired") == [export_id]
    assert filtered(status="succeeded") == []


def test_history_is_filtered_by_requester_regardless_of_letter_case() -> None:
    request_id(OWNER)
    of_staff = request_id(STAFF)
    assert filtered(requestedBy=STAFF.email.upper()) == [of_staff]
    assert filtered(requestedBy="nobody@example.org") == []


@pytest.mark.parametrize("query", [{"kind": "award"}, {"status": "done"}])
def test_unknown_filter_value_is_rejected(query: dict[str, str]) -> None:
    answer = OWNER.get("/exports", query={"issuerId": "WELD"} | query)
    assert answer.status == 422
    assert next(iter(query)) in answer.wrong_fields[0]


def test_filtered_pages_contain_each_export_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "READ_AT_ONCE", 2)
    wanted = []
    for number in range(9):
        export_id = request_id(body={"kind": "groups" if number % 3 else "awards"})
        OWNER.delete(f"/exports/{export_id}")
        if number % 3:
            wanted.append(export_id)
    for limit in ("1", "2", "100"):
        assert filtered(kind="groups", limit=limit) == wanted[::-1]


def test_filtered_page_searches_a_limited_number_of_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_SEARCHED", 2)
    oldest = request_id(body={"kind": "groups"})
    for _ in range(4):
        request_id()
    first = OWNER.get("/exports", query={"issuerId": "WELD", "kind": "groups"}).json
    assert first["items"] == []
    assert filtered(kind="groups") == [oldest]
    other = OWNER.get("/exports", query={"issuerId": "WELD", "kind": "awards", "cursor": first["nextCursor"]})
    assert other.wrong_fields == ["cursor"]


# ---------------------------------------------------------------- file and expiry


def test_file_route_redirects_to_the_file() -> None:
    export = finished_export()
    answer = STAFF.get(f"/exports/{export['id']}/file")
    assert (answer.status, answer.text) == (302, "")
    assert hashlib.sha256(object_of_link(answer.headers["Location"])).hexdigest() == export["file"]["sha256"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_unfinished_export_has_no_file() -> None:
    answer = OWNER.get(f"/exports/{request_id()}/file")
    assert (answer.status, answer.problem["code"]) == (409, "conflict")
    assert "queued" in answer.problem["detail"]


def test_export_and_its_file_expire_together(monkeypatch: pytest.MonkeyPatch) -> None:
    export = finished_export()
    set_time(datetime.fromisoformat(export["fileExpiresAt"]) - timedelta(seconds=1), monkeypatch)
    assert OWNER.get(f"/exports/{export['id']}").json["status"] == "succeeded"
    set_time(datetime.fromisoformat(export["fileExpiresAt"]), monkeypatch)
    expired = OWNER.get(f"/exports/{export['id']}").json
    assert expired["status"] == "expired"
    assert expired["file"] == export["file"]
    assert "downloadUrl" not in expired
    answer = OWNER.get(f"/exports/{export['id']}/file")
    assert (answer.status, answer.problem["code"]) == (410, "gone")


def test_cancelled_queued_export_writes_no_file() -> None:
    export_id = request_id()
    cancelled = OWNER.delete(f"/exports/{export_id}")
    assert (cancelled.status, cancelled.json["status"]) == (200, "cancelled")
    assert cancelled.json["deletedBy"] == OWNER.email
    assert cancelled.json["deletedAt"] == cancelled.json["finishedAt"]
    process_queue()
    assert OWNER.get(f"/exports/{export_id}").json["status"] == "cancelled"
    assert objects() == []
    assert OWNER.get(f"/exports/{export_id}/file").status == 409


def test_deleting_a_finished_export_deletes_its_file_immediately() -> None:
    export = finished_export()
    assert len(objects()) == 1
    deleted = OWNER.delete(f"/exports/{export['id']}")
    assert (deleted.status, deleted.json["status"]) == (200, "expired")
    assert (deleted.json["deletedBy"], deleted.json["deletedAt"]) == (OWNER.email, deleted.json["fileExpiresAt"])
    assert objects() == []
    assert OWNER.get(f"/exports/{export['id']}/file").status == 410


def test_export_that_finishes_while_being_cancelled_leaves_no_file() -> None:
    export_id = request_id()
    as_the_canceller_read_it = lifecycle.find_export(export_id)
    assert as_the_canceller_read_it is not None
    process_queue()
    lifecycle.remove(as_the_canceller_read_it)
    assert OWNER.get(f"/exports/{export_id}").json["status"] == "expired"
    assert objects() == []


def test_deleting_an_expired_export_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    export = finished_export()
    set_time(datetime.fromisoformat(export["fileExpiresAt"]), monkeypatch)
    deleted = OWNER.delete(f"/exports/{export['id']}").json
    assert (deleted["status"], "deletedBy" in deleted, "deletedAt" in deleted) == ("expired", False, False)


@pytest.mark.parametrize("earlier", ["cancelled", "expired"])
def test_deleting_an_export_again_changes_nothing(earlier: str) -> None:
    export_id = request_id()
    if earlier == "expired":
        process_queue()
    first = OWNER.delete(f"/exports/{export_id}").json
    assert first["status"] == earlier
    assert ADMIN.delete(f"/exports/{export_id}").json == first
