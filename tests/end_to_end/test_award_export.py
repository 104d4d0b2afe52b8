"""The main use case from a client's view: request over HTTPS, poll, download through the link, and verify the bytes."""

import hashlib
import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.end_to_end.award_csv import award_csv
from tests.support.deployed_client import PATIENCE_SECONDS, Answer, Client, aws, fetch

ISSUER = "aurora-science"
EXPORTS = f"/issuers/{ISSUER}/exports"
ADMIN, OWNER, STAFF = "ada@example.org", "grace@example.org", "rosalind@example.org"
OTHER_OWNER, FREE_ADMIN = "ludwik@example.org", "finn@example.com"


@pytest.fixture(scope="module")
def paid(stack: dict[str, Any]) -> dict[str, Any]:
    """The document that the paid organization was loaded from."""
    document: dict[str, Any] = json.loads(Path(stack["documents"][0]).read_text())
    return document


@pytest.fixture(scope="module")
def issuer(paid: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(i for i in paid["issuers"] if i["issuer"]["entityId"] == ISSUER)
    return found


def downloaded(export: dict[str, Any]) -> bytes:
    """Download an export's file through its link, without a token, and check that it matches the export."""
    assert export["status"] == "succeeded", export
    answer = fetch(export["downloadUrl"])
    file = export["file"]
    assert answer.status == 200
    assert answer.headers["Content-Type"] == file["contentType"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file["name"]}"'
    assert len(answer.body) == file["bytes"]
    assert hashlib.sha256(answer.body).hexdigest() == file["sha256"]
    return answer.body


def objects_of(stack: dict[str, Any], export_id: str) -> list[str]:
    """Return an export's objects in the bucket, as an operator sees them."""
    listed = aws(stack, "s3").list_objects_v2(Bucket=stack["buckets"]["exports"]).get("Contents", [])
    return [item["Key"] for item in listed if export_id in item["Key"]]


# ---------------------------------------------------------------- bytes


def test_export_without_a_date_range_contains_all_of_the_issuers_awards(
    stack: dict[str, Any], owner: Client, issuer: dict[str, Any]
) -> None:
    export = owner.export(EXPORTS, {"kind": "awards"})
    assert downloaded(export) == award_csv([issuer], export["createdAt"], stack["apiUrl"])
    assert export["file"]["rows"] == sum(len(badge["assertions"]) for badge in issuer["badgeClasses"])


def test_date_range_includes_whole_days_in_the_requested_time_zone(
    stack: dict[str, Any], owner: Client, issuer: dict[str, Any]
) -> None:
    days = date(2024, 3, 31), date(2025, 10, 26), "Europe/Berlin"  # both days have a clock change
    body = {
        "kind": "awards",
        "awardedAfter": str(days[0]),
        "awardedBefore": str(days[1]),
        "timeZone": days[2],
        "byteOrderMark": False,
    }
    export = owner.export(EXPORTS, body)
    assert downloaded(export) == award_csv([issuer], export["createdAt"], stack["apiUrl"], days, mark=False)
    assert export["options"] == {name: value for name, value in body.items() if name != "kind"}


def test_organization_export_contains_awards_from_all_issuers(
    stack: dict[str, Any], signed_in: Callable[[str], Client], paid: dict[str, Any]
) -> None:
    export = signed_in(ADMIN).export(f"/organizations/{paid['organization']['entityId']}/exports", {"kind": "awards"})
    assert downloaded(export) == award_csv(paid["issuers"], export["createdAt"], stack["apiUrl"])
    assert export["file"]["rows"] == 1000


def test_exports_of_unchanged_data_are_byte_identical(owner: Client) -> None:
    first, second = (owner.export(EXPORTS, {"kind": "awards"})["file"]["sha256"] for _ in range(2))
    assert first == second


def test_date_range_without_awards_produces_a_file_with_only_a_header(stack: dict[str, Any], owner: Client) -> None:
    export = owner.export(EXPORTS, {"kind": "awards", "awardedBefore": "1999-12-31"})
    assert downloaded(export) == award_csv([], export["createdAt"], stack["apiUrl"])
    assert export["file"]["rows"] == 0


# ---------------------------------------------------------------- idempotency, file, and expiry


def test_repeated_idempotency_key_returns_the_first_export(owner: Client) -> None:
    first = owner.post(EXPORTS, {"kind": "awards"}, Idempotency_Key="once")
    again = owner.post(EXPORTS, {"kind": "awards"}, Idempotency_Key="once")
    assert (again.status, again.json["id"]) == (202, first.json["id"])
    other = owner.post(EXPORTS, {"kind": "awards", "timeZone": "Asia/Tokyo"}, Idempotency_Key="once")
    assert other.problem["errors"][0]["field"] == "Idempotency-Key"
    assert owner.follow(first.headers["Location"])["status"] == "succeeded"


def test_file_route_redirects_to_the_exported_file(owner: Client) -> None:
    export = owner.export(EXPORTS, {"kind": "awards"})
    answer = owner.get(f"/exports/{export['id']}/file")
    assert answer.status == 302
    assert hashlib.sha256(fetch(answer.headers["Location"]).body).hexdigest() == export["file"]["sha256"]


def test_modified_download_link_is_rejected(owner: Client) -> None:
    export = owner.export(EXPORTS, {"kind": "awards"})
    link = export["downloadUrl"]
    assert fetch(link.partition("?")[0]).status == 403
    assert fetch(link.replace(export["id"], "0" * 32)).status == 403
    assert fetch(link.replace("X-Amz-Expires=900", "X-Amz-Expires=90000")).status == 403
    assert fetch(link, "DELETE").status == 403
    assert fetch(link).status == 200
    assert urlsplit(link).path.endswith(export["file"]["name"])


def test_deleting_a_finished_export_deletes_its_file(stack: dict[str, Any], owner: Client) -> None:
    export = owner.export(EXPORTS, {"kind": "awards"})
    assert len(objects_of(stack, export["id"])) == 1
    assert owner.delete(f"/exports/{export['id']}").json["status"] == "expired"
    assert objects_of(stack, export["id"]) == []
    assert fetch(export["downloadUrl"]).status == 404
    assert owner.get(f"/exports/{export['id']}/file").problem["code"] == "gone"


def test_canceled_export_leaves_no_file(stack: dict[str, Any], owner: Client) -> None:
    # The worker may finish before it notices the cancellation. In that case, this request deletes the file.
    asked = owner.post(EXPORTS, {"kind": "awards"})
    status = owner.delete(asked.headers["Location"]).json["status"]
    assert status in ("cancelled", "expired")
    assert owner.follow(asked.headers["Location"])["status"] == status
    deadline = time.monotonic() + PATIENCE_SECONDS  # a running worker removes what it has written since
    while (left := objects_of(stack, asked.json["id"])) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left == []


def test_export_history_lists_the_newest_exports_first(owner: Client) -> None:
    newest = owner.export(EXPORTS, {"kind": "awards"})["id"]
    page = owner.get(f"/exports?issuerId={ISSUER}&limit=2").json
    assert page["items"][0]["id"] == newest
    rest = owner.get(f"/exports?issuerId={ISSUER}&limit=2&cursor={page['nextCursor']}").json
    times = [item["createdAt"] for item in page["items"] + rest["items"]]
    assert times == sorted(times, reverse=True)


# ---------------------------------------------------------------- permissions


def test_staff_can_export_awards(signed_in: Callable[[str], Client]) -> None:
    assert downloaded(signed_in(STAFF).export(EXPORTS, {"kind": "awards", "awardedBefore": "2023-11-02"}))


def test_users_from_other_issuers_and_tenants_get_a_not_found_error(
    signed_in: Callable[[str], Client], owner: Client
) -> None:
    export = owner.export(EXPORTS, {"kind": "awards", "awardedBefore": "2023-11-02"})
    for email in (OTHER_OWNER, FREE_ADMIN):
        other = signed_in(email)
        for theirs, none in (
            (other.post(EXPORTS, {"kind": "awards"}), other.post("/issuers/none/exports", {"kind": "awards"})),
            (other.get(f"/issuers/{ISSUER}"), other.get("/issuers/none")),
            (other.get(f"/exports?issuerId={ISSUER}"), other.get("/exports?issuerId=none")),
            (other.get(f"/exports/{export['id']}"), other.get("/exports/none")),
            (other.get(f"/exports/{export['id']}/file"), other.get("/exports/none/file")),
            (other.delete(f"/exports/{export['id']}"), other.delete("/exports/none")),
        ):
            assert (theirs.status, theirs.body) == (404, none.body)
            assert stable_headers(theirs) == stable_headers(none)
    assert downloaded(owner.get(f"/exports/{export['id']}").json)


def stable_headers(answer: Answer) -> dict[str, str]:
    """Return a response's headers, except those that differ between responses."""
    return {name: value for name, value in answer.headers.items() if name.lower() not in ("date",) and "id" not in name}


def test_export_on_the_free_plan_is_rejected(signed_in: Callable[[str], Client], stack: dict[str, Any]) -> None:
    free = json.loads(Path(stack["documents"][1]).read_text())
    answer = signed_in(FREE_ADMIN).post(
        f"/organizations/{free['organization']['entityId']}/exports", {"kind": "awards"}
    )
    assert (answer.status, answer.problem["code"]) == (403, "subscription-required")
