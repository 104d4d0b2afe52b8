"""Every kind of export over the API: options, lifecycle, and rejected requests."""

import hashlib
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from badgedata.config import config
from badgedata.exports import lifecycle, segments
from badgedata.exports.job import ExportJob
from badgedata.records.exports import Export
from tests.integration.exports.welding_school import ADMIN as ADMIN_EMAIL
from tests.support.api_client import Answer, Person
from tests.support.invocations import process_queue

pytestmark = pytest.mark.usefixtures("school")

ADMIN = Person(ADMIN_EMAIL)
AWARD_OPTIONS = {"timeZone": "UTC", "byteOrderMark": True}
DOCUMENT_OPTIONS = {"includeAssertions": False, "embedImages": False, "compress": False}
KINDS: list[tuple[str, str, dict[str, Any]]] = [
    ("/organizations/MAKERS", "awards", AWARD_OPTIONS),
    ("/issuers/WELD", "awards", AWARD_OPTIONS),
    (
        "/issuers/WELD",
        "issuer",
        {"includeBadgeClasses": False, "includeRecipientGroups": False, "includePathways": False, **DOCUMENT_OPTIONS},
    ),
    (
        "/issuers/WELD",
        "groups",
        {
            "includeArchived": False,
            "includeCreation": False,
            "includeExpiration": False,
            "includeStaff": False,
            "byteOrderMark": True,
        },
    ),
    ("/issuers/WELD", "group-badges", {"includeArchived": False, "byteOrderMark": True}),
    ("/issuers/WELD", "learner-progress", {"includeArchived": False, "byteOrderMark": True}),
    ("/issuers/WELD", "badges", {"byteOrderMark": True}),
    ("/organizations/MAKERS", "badges", {"byteOrderMark": True}),
    ("/organizations/MAKERS", "group-badges", {"includeArchived": False, "byteOrderMark": True}),
    ("/organizations/MAKERS", "learner-progress", {"includeArchived": False, "byteOrderMark": True}),
    ("/badge-classes/BC-1", "badge-class", DOCUMENT_OPTIONS),
]
EXTENSIONS = {"issuer": "json", "badge-class": "json"}
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "zip": "application/zip",
}

each_kind = pytest.mark.parametrize(
    ("scope", "kind", "defaults"), KINDS, ids=[f"{kind[0]} {kind[1]}" for kind in KINDS]
)


def request(scope: str, kind: str, **options: Any) -> Answer:
    return ADMIN.post(f"{scope}/exports", {"kind": kind, **options})


def repeatable_request(scope: str, kind: str, **options: Any) -> Answer:
    return ADMIN.post(f"{scope}/exports", {"kind": kind, **options}, headers={"Idempotency-Key": "same"})


def finished_export(scope: str, kind: str, **options: Any) -> dict[str, Any]:
    answer = request(scope, kind, **options)
    assert answer.status == 202, answer.text
    process_queue()
    export: dict[str, Any] = ADMIN.get(f"/exports/{answer.json['id']}").json
    assert export["status"] == "succeeded", export
    return export


def file_of_link(url: str) -> dict[str, Any]:
    key = urlsplit(url).path.removeprefix("/")
    answer = boto3.client("s3").get_object(Bucket=config().exports_bucket, Key=key)
    return {"content": answer["Body"].read(), "type": answer["ContentType"]}


def list_name(scope: str) -> dict[str, str | list[str]]:
    plural, _, entity_id = scope.removeprefix("/").partition("/")
    return {
        {"organizations": "organizationId", "issuers": "issuerId", "badge-classes": "badgeClassId"}[plural]: entity_id
    }


# ---------------------------------------------------------------- lifecycle


@each_kind
def test_all_options_except_the_byte_order_mark_are_off_by_default(
    scope: str, kind: str, defaults: dict[str, Any]
) -> None:
    assert request(scope, kind).json["options"] == defaults


@each_kind
def test_every_boolean_option_can_be_changed(scope: str, kind: str, defaults: dict[str, Any]) -> None:
    turned = {name: not value for name, value in defaults.items() if isinstance(value, bool)}
    assert request(scope, kind, **turned).json["options"] == defaults | turned


@each_kind
def test_file_matches_the_export_metadata(scope: str, kind: str, defaults: dict[str, Any]) -> None:
    export = finished_export(scope, kind)
    file, found = export["file"], file_of_link(export["downloadUrl"])
    extension = EXTENSIONS.get(kind, "csv")
    assert file["name"].endswith(f".{extension}")
    assert f"-{kind}-" in file["name"]
    assert file["contentType"] == found["type"] == CONTENT_TYPES[extension]
    assert file["bytes"] == len(found["content"])
    assert file["sha256"] == hashlib.sha256(found["content"]).hexdigest()
    assert export["progress"]["percent"] == 100


def test_truncated_cells_are_counted_only_for_workbooks() -> None:
    export = finished_export("/issuers/WELD", "awards", format="xlsx")
    found = file_of_link(export["downloadUrl"])
    assert export["file"]["name"].endswith(".xlsx")
    assert export["file"]["contentType"] == found["type"] == CONTENT_TYPES["xlsx"]
    assert export["file"]["truncatedCells"] == 0
    assert "truncatedCells" not in finished_export("/issuers/WELD", "awards")["file"]


@each_kind
def test_repeated_idempotency_key_returns_the_first_export(scope: str, kind: str, defaults: dict[str, Any]) -> None:
    first = repeatable_request(scope, kind).json["id"]
    assert repeatable_request(scope, kind).json["id"] == first
    flag = next(name for name, value in reversed(defaults.items()) if isinstance(value, bool))
    rejected = repeatable_request(scope, kind, **{flag: not defaults[flag]})
    assert (rejected.status, rejected.wrong_fields) == (422, ["Idempotency-Key"])


@each_kind
def test_export_appears_in_the_history_of_its_scope(scope: str, kind: str, defaults: dict[str, Any]) -> None:
    export_id = request(scope, kind).json["id"]
    listed = ADMIN.get("/exports", query=list_name(scope)).json["items"]
    assert [(export["id"], export["kind"]) for export in listed] == [(export_id, kind)]


@each_kind
def test_canceled_export_leaves_no_file(scope: str, kind: str, defaults: dict[str, Any]) -> None:
    export_id = request(scope, kind).json["id"]
    assert ADMIN.delete(f"/exports/{export_id}").json["status"] == "cancelled"
    process_queue()
    assert ADMIN.get(f"/exports/{export_id}").json["status"] == "cancelled"
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket=config().exports_bucket)


@each_kind
def test_file_from_any_kind_of_export_can_be_deleted(scope: str, kind: str, defaults: dict[str, Any]) -> None:
    export = finished_export(scope, kind)
    assert ADMIN.delete(f"/exports/{export['id']}").json["status"] == "expired"
    assert ADMIN.get(f"/exports/{export['id']}/file").status == 410
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket=config().exports_bucket)


@pytest.mark.parametrize(("scope", "kind"), [("/issuers/WELD", "issuer"), ("/badge-classes/BC-1", "badge-class")])
def test_compressed_document_is_a_zip_file(scope: str, kind: str) -> None:
    export = finished_export(scope, kind, compress=True)
    assert export["file"]["name"].endswith(".zip")
    assert export["file"]["contentType"] == CONTENT_TYPES["zip"]
    assert file_of_link(export["downloadUrl"])["content"].startswith(b"PK")


# ---------------------------------------------------------------- progress


def export_in_progress(scope: str, kind: str, rows: int, **options: Any) -> dict[str, Any]:
    """Return the progress of an export after a worker has written this number of rows."""
    export = Export.get(*Export.key(request(scope, kind, **options).json["id"]))
    lifecycle.start(export, ExportJob.load(export).expected_rows())
    segment = segments.find(export.id, "")
    assert segment is not None
    segments.claim(segment, owner="test")
    segments.renew(segment, rows)
    progress: dict[str, Any] = ADMIN.get(f"/exports/{export.id}").json["progress"]
    return progress


def test_progress_percentage_is_shown_if_the_number_of_rows_is_known() -> None:
    assert export_in_progress("/issuers/WELD", "learner-progress", 2) == {"rows": 2, "expectedRows": 7, "percent": 28.6}


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.parametrize("kind", ["groups", "group-badges", "learner-progress"])
def test_group_export_has_the_expected_number_of_rows(kind: str, archived: bool) -> None:
    expected = export_in_progress("/issuers/WELD", kind, 0, includeArchived=archived)["expectedRows"]
    assert finished_export("/issuers/WELD", kind, includeArchived=archived)["file"]["rows"] == expected


@pytest.mark.parametrize("on", list(product([False, True], repeat=3)), ids=str)
def test_issuer_document_has_the_expected_number_of_rows(on: tuple[bool, ...]) -> None:
    options = dict(zip(("includeBadgeClasses", "includeRecipientGroups", "includePathways"), on, strict=True))
    expected = export_in_progress("/issuers/WELD", "issuer", 0, **options)["expectedRows"]
    assert finished_export("/issuers/WELD", "issuer", **options)["file"]["rows"] == expected


def test_progress_does_not_exceed_100_percent_even_if_there_are_more_rows_than_expected() -> None:
    assert export_in_progress("/issuers/WELD", "groups", 9)["percent"] == 100


def test_empty_export_does_not_show_a_percentage() -> None:
    assert export_in_progress("/issuers/WOOD", "groups", 0) == {"rows": 0, "expectedRows": 0}


@pytest.mark.parametrize(
    ("scope", "kind", "options"),
    [
        ("/issuers/WELD", "awards", {}),
        ("/issuers/WELD", "issuer", {"includeBadgeClasses": True, "includeAssertions": True}),
        ("/badge-classes/BC-1", "badge-class", {"includeAssertions": True}),
    ],
)
def test_unknown_number_of_rows_is_not_estimated(scope: str, kind: str, options: dict[str, Any]) -> None:
    assert export_in_progress(scope, kind, 2, **options) == {"rows": 2}


# ---------------------------------------------------------------- invalid input


@pytest.mark.parametrize(
    ("scope", "kind", "possible"),
    [
        ("/organizations/MAKERS", "issuer", ["awards"]),
        ("/issuers/WELD", "badge-class", ["awards", "issuer", "groups", "group-badges", "learner-progress"]),
        ("/badge-classes/BC-1", "awards", ["badge-class"]),
    ],
)
def test_error_for_an_unsupported_kind_lists_the_supported_kinds(scope: str, kind: str, possible: list[str]) -> None:
    answer = request(scope, kind)
    assert (answer.status, answer.wrong_fields) == (422, ["kind"])
    assert all(f"'{name}'" in answer.problem["detail"] for name in possible)
    assert kind in answer.problem["detail"]


def test_including_assertions_without_badge_classes_is_rejected() -> None:
    answer = request("/issuers/WELD", "issuer", includeAssertions=True)
    assert (answer.status, answer.wrong_fields) == (422, ["includeAssertions"])
    assert "includeBadgeClasses" in answer.problem["detail"]
    assert ADMIN.get("/exports", query={"issuerId": "WELD"}).json["items"] == []


@each_kind
@pytest.mark.parametrize("value", ["true", 1, None, []])
def test_error_names_a_non_boolean_option(scope: str, kind: str, defaults: dict[str, Any], value: Any) -> None:
    flag = next(name for name, default in reversed(defaults.items()) if isinstance(default, bool))
    answer = request(scope, kind, **{flag: value})
    assert (answer.status, answer.wrong_fields) == (422, [flag])


@pytest.mark.parametrize(
    ("scope", "kind", "option"),
    [
        ("/issuers/WELD", "issuer", "byteOrderMark"),
        ("/issuers/WELD", "groups", "compress"),
        ("/issuers/WELD", "group-badges", "includeStaff"),
        ("/issuers/WELD", "learner-progress", "awardedAfter"),
        ("/badge-classes/BC-1", "badge-class", "includeBadgeClasses"),
        ("/organizations/MAKERS", "awards", "include_archived"),
    ],
)
def test_error_names_an_option_that_applies_to_another_kind(scope: str, kind: str, option: str) -> None:
    answer = request(scope, kind, **{option: True})
    assert (answer.status, answer.wrong_fields) == (422, [option])
