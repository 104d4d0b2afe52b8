"""Every kind of export from a client's view: requested over HTTPS, downloaded, and compared with the load file."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.deployed_client import PATIENCE_SECONDS, Client, aws, fetch, no_workers
from tests.support.workbooks import read_by_calamine

type Json = dict[str, Any]

ISSUER = "aurora-science"
EXPORTS = f"/issuers/{ISSUER}/exports"
ADMIN = "ada@example.org"
EVERYTHING = {
    "kind": "issuer",
    "includeBadgeClasses": True,
    "includeAssertions": True,
    "includeRecipientGroups": True,
    "includePathways": True,
    "embedImages": True,
}
GROUP_COLUMNS = (
    "Group ID,Group name,Course/Pathway ID,URL,Learners,Alignment type,Alignment ID,Alignment name,"
    "Creation date,Creation method,Expiration date,Expiration method,Staff member name,Staff member ID"
)
GROUP_BADGE_COLUMNS = (
    "Group ID,Group Name,Alignment Type,Alignment ID,Alignment Name,Requirement ID,Requirement Name,Requirement Type,"
    "Threshold,Award Method,Visibility"
)
PROGRESS_COLUMNS = (
    "Group ID,Group Name,Learner Name,Learner ID,Last Badge Earned,Alignment Type,Alignment ID,Alignment Name,"
    "Status,Detailed Progress,Evidence"
)


@pytest.fixture(scope="module")
def source(stack: dict[str, Any]) -> Json:
    """Return the issuer's document as loaded, with this deployment's URLs."""
    text = Path(stack["documents"][0]).read_text().replace("https://badges.example.org", stack["apiUrl"])
    text = re.sub(r"(\.\d*[1-9])0+Z", r"\1Z", text)  # use one spelling for equal times
    found: Json = next(i for i in json.loads(text)["issuers"] if i["issuer"]["entityId"] == ISSUER)
    return found


def downloaded(export: Json, content_type: str) -> bytes:
    """Download an export's file through its link, without a token, and check that it matches the export."""
    assert export["status"] == "succeeded", export
    answer, file = fetch(export["downloadUrl"]), export["file"]
    assert answer.status == 200
    assert answer.headers["Content-Type"] == file["contentType"] == content_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file["name"]}"'
    assert (len(answer.body), hashlib.sha256(answer.body).hexdigest()) == (file["bytes"], file["sha256"])
    return answer.body


def table(owner: Client, body: Json) -> tuple[str, list[Json]]:
    """Export a CSV file, and return its header line and its rows by column."""
    export = owner.export(EXPORTS, body)
    text = downloaded(export, "text/csv; charset=utf-8").decode("utf-8-sig")
    rows = [
        {column: cell.removeprefix("'") for column, cell in row.items()}  # prevents formula execution
        for row in csv.DictReader(io.StringIO(text, newline=""), strict=True)
    ]
    assert len(rows) == export["file"]["rows"]
    return text.partition("\r\n")[0], rows


# ---------------------------------------------------------------- CSV


def test_groups_file_has_a_row_for_each_alignment_of_each_group(owner: Client, source: Json) -> None:
    flags = ("includeArchived", "includeCreation", "includeExpiration", "includeStaff")
    header, rows = table(owner, {"kind": "groups"} | dict.fromkeys(flags, True))
    assert header == GROUP_COLUMNS
    expected = [
        (group["entityId"], str(len(group.get("learners", []))), alignment)
        for group in source["recipientGroups"]
        for alignment in [alignment["entityId"] for alignment in group.get("alignments", [])] or [""]
    ]
    found = [(row["Group ID"], row["Learners"], row["Alignment ID"]) for row in rows]
    assert found == sorted(expected, key=lambda row: row[0])


def test_archived_groups_are_included_only_if_requested(owner: Client, source: Json) -> None:
    header, rows = table(owner, {"kind": "groups"})
    assert header == "Group ID,Group name,Learners,Alignment type,Alignment ID,Alignment name"
    current = {group["entityId"] for group in source["recipientGroups"] if not group.get("archived")}
    assert {row["Group ID"] for row in rows} == current
    assert len(current) < len(source["recipientGroups"])


def test_group_badges_file_has_a_row_for_each_requirement(owner: Client, source: Json) -> None:
    header, rows = table(owner, {"kind": "group-badges", "includeArchived": True})
    assert header == GROUP_BADGE_COLUMNS
    expected = [
        (group["entityId"], alignment["entityId"], requirement["entityId"])
        for group in source["recipientGroups"]
        for alignment in group.get("alignments", [])
        for requirement in alignment["requirements"]
    ]
    found = [(row["Group ID"], row["Alignment ID"], row["Requirement ID"]) for row in rows]
    assert found == sorted(expected, key=lambda row: row[0])


def test_learner_progress_file_has_a_row_for_each_combination_of_learner_and_alignment(
    owner: Client, source: Json
) -> None:
    header, rows = table(owner, {"kind": "learner-progress", "includeArchived": True})
    assert header == PROGRESS_COLUMNS
    expected = [
        (group["entityId"], learner["id"], alignment)
        for group in source["recipientGroups"]
        for learner in sorted(group.get("learners", []), key=lambda learner: learner["id"].encode())
        for alignment in [alignment["entityId"] for alignment in group.get("alignments", [])] or [""]
    ]
    found = [(row["Group ID"], row["Learner ID"], row["Alignment ID"]) for row in rows]
    assert found == sorted(expected, key=lambda row: row[0])


# ---------------------------------------------------------------- XLSX


@pytest.mark.parametrize("kind", ["awards", "badges", "groups", "group-badges", "learner-progress"])
def test_workbook_has_the_same_rows_as_the_csv(owner: Client, kind: str) -> None:
    header, rows = table(owner, {"kind": kind})
    export = owner.export(EXPORTS, {"kind": kind, "format": "xlsx"})
    (sheet,) = read_by_calamine(downloaded(export, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
    assert sheet.title == kind.replace("-", " ").capitalize()
    assert [str(name) for name in sheet.rows[0]] == header.split(",")
    first = header.split(",")[0]
    assert [row[0] for row in sheet.rows[1:]] == [row[first] for row in rows]
    assert export["file"]["rows"] == len(rows)
    assert export["file"]["truncatedCells"] == 0


# ---------------------------------------------------------------- JSON and ZIP


def test_issuer_document_matches_the_load_file_with_and_without_compression(owner: Client, source: Json) -> None:
    plain, zipped = owner.export(EXPORTS, EVERYTHING), owner.export(EXPORTS, EVERYTHING | {"compress": True})
    data = downloaded(plain, "application/json")
    document = json.loads(data)
    assert (document["format"], document["exportedAt"]) == ("badge-data-management/issuer", plain["createdAt"])
    assert in_export_order(document) == in_export_order(source)
    groups = source["recipientGroups"]
    assert (
        plain["file"]["rows"]
        == zipped["file"]["rows"]
        == sum(
            [
                len(source["badgeClasses"]) + sum(len(badge["assertions"]) for badge in source["badgeClasses"]),
                len(groups) + sum(len(group.get("learners", [])) for group in groups),
                len(source["pathways"]),
            ]
        )
    )
    assert same_document(member(zipped), data)


def test_keys_for_disabled_options_are_omitted(owner: Client, source: Json) -> None:
    export = owner.export(EXPORTS, {"kind": "issuer"})
    document = json.loads(downloaded(export, "application/json"))
    assert document.keys() == {"@context", "format", "formatVersion", "exportedAt", "options", "issuer"}
    assert export["file"]["rows"] == 0


def test_badge_class_document_contains_assertions_with_and_without_compression(owner: Client, source: Json) -> None:
    badge = source["badgeClasses"][0]
    path, body = f"/badge-classes/{badge['entityId']}/exports", {"kind": "badge-class", "includeAssertions": True}
    plain, zipped = owner.export(path, body), owner.export(path, body | {"compress": True})
    data = downloaded(plain, "application/json")
    assertions = json.loads(data)["badgeClass"]["assertions"]
    assert [a["entityId"] for a in assertions] == [
        a["entityId"] for a in sorted(badge["assertions"], key=lambda a: (a["issuedOn"], a["entityId"]))
    ]
    assert plain["file"]["rows"] == zipped["file"]["rows"] == 1 + len(assertions)
    assert same_document(member(zipped), data)
    history = owner.get(f"/exports?badgeClassId={badge['entityId']}").json["items"]
    assert [export["id"] for export in history[:2]] == [zipped["id"], plain["id"]]


def member(export: Json) -> bytes:
    """Return the only member of a ZIP, which is named after the file."""
    with zipfile.ZipFile(io.BytesIO(downloaded(export, "application/zip"))) as archive:
        assert archive.testzip() is None
        [only] = archive.infolist()
        assert only.filename == export["file"]["name"].removesuffix(".zip") + ".json"
        return archive.read(only)


def same_document(zipped: bytes, plain: bytes) -> bool:
    """Return whether two documents are equal, except for the export time and the option `compress`."""
    at = len(b'"exportedAt":"2026-01-31T09:00:00Z"')
    start = plain.index(b'"exportedAt":"')
    zipped = zipped.replace(b'"compress":true', b'"compress":false', 1)
    return zipped[:start] + plain[start : start + at] + zipped[start + at :] == plain


def in_export_order(document: Json) -> Json:
    """Return the issuer part of an issuer document, in export order."""

    def by_id(things: list[Json]) -> list[Json]:
        return sorted(things, key=lambda thing: str(thing.get("entityId", thing.get("id"))).encode())

    return {
        "issuer": document["issuer"],
        "badgeClasses": [
            badge | {"assertions": sorted(badge["assertions"], key=lambda a: (a["issuedOn"], a["entityId"]))}
            for badge in by_id(document["badgeClasses"])
        ],
        "recipientGroups": [
            group | ({"learners": by_id(group["learners"])} if "learners" in group else {})
            for group in by_id(document["recipientGroups"])
        ],
        "pathways": by_id(document["pathways"]),
    }


# ---------------------------------------------------------------- limits


def test_sixth_active_export_is_rejected_until_other_exports_are_canceled(
    stack: dict[str, Any], owner: Client, signed_in: Callable[[str], Client]
) -> None:
    admin = signed_in(ADMIN)
    with no_workers(stack):
        kinds = ["awards", "issuer", "groups", "group-badges", "learner-progress"]
        queued = [owner.post(EXPORTS, {"kind": kind}) for kind in kinds]
        assert [asked.status for asked in queued] == [202] * 5
        rejected = admin.post("/issuers/aurora-languages/exports", {"kind": "awards"})
        assert (rejected.status, rejected.problem["code"]) == (429, "too-many-exports")
        assert 0 < int(rejected.headers["Retry-After"]) <= PATIENCE_SECONDS
        assert {owner.delete(asked.headers["Location"]).json["status"] for asked in queued} == {"cancelled"}
        # Their messages are no longer needed, and each would start a worker, which is slow on a local machine.
        aws(stack, "sqs").purge_queue(QueueUrl=stack["queues"]["exports"])
        room = admin.post("/issuers/aurora-languages/exports", {"kind": "awards"})
        assert room.status == 202
    assert admin.follow(room.headers["Location"])["status"] == "succeeded"
    assert {owner.get(asked.headers["Location"]).json["status"] for asked in queued} == {"cancelled"}
