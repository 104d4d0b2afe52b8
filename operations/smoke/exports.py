"""Every kind of export: requested, followed by its Location, downloaded by its link, and checked."""

import csv
import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import requests

from operations.smoke.client import TIMEOUT_SECONDS, followed, shown, unreachable
from operations.smoke.document import ARCHIVE_MONTHS, COURSE_AWARDS, HONORS, Json
from operations.smoke.failure import SmokeFailure
from operations.smoke.run import Run
from operations.steps import step

GOING_ON: Final = ("queued", "running")
FIRST_MONTH: Final = {"awardedBefore": "2024-01-30", "timeZone": "UTC"}
EVERYTHING: Final = {
    "includeBadgeClasses": True,
    "includeAssertions": True,
    "includeRecipientGroups": True,
    "includePathways": True,
    "embedImages": True,
}
GROUP_COLUMNS: Final = dict.fromkeys(("includeArchived", "includeCreation", "includeExpiration", "includeStaff"), True)
GROUPS, LEARNERS, PATHWAYS = 2, 2, 1
ALL_AWARDS: Final = sum(ARCHIVE_MONTHS) + COURSE_AWARDS + HONORS


@dataclass(frozen=True)
class File:
    """An export's file as it was downloaded, and what the API says of it."""

    content: bytes
    parts: int
    figures: Json

    def __str__(self) -> str:
        parts = f"{self.parts} parts, " if self.parts > 1 else ""
        return f"{len(self.content):,} bytes, {parts}{self.figures['rows']:,} rows, SHA-256"


def export_organization(run: Run) -> File:
    """Export all awards of the organization: a file that is large enough to be uploaded in parts."""
    names = run.tenant.names
    with step("organization awards, CSV") as details:
        file = _export(
            run, f"/organizations/{names.organization}/exports", {"kind": "awards"}, ALL_AWARDS, count_csv_rows
        )
        if file.parts < 2:
            raise SmokeFailure(
                expected=f"a multipart upload, as the file has {len(file.content):,} bytes",
                found="an ETag of a single part",
                check="what rewrote the object since (replication, a lifecycle rule, a batch job)",
            )
        details.append(str(file))
    return file


def export_every_other_kind(run: Run) -> None:
    """Export each other kind, with all of its options on."""
    names = run.tenant.names
    issuer, badge_class = f"/issuers/{names.school}/exports", f"/badge-classes/{names.course}/exports"
    rows = 2 + COURSE_AWARDS + HONORS + GROUPS + LEARNERS + PATHWAYS
    document = {"kind": "issuer", **EVERYTHING}
    archive = f"/issuers/{names.archive}/exports"
    for name, path, body, expected, count in (
        (
            "issuer awards of one month, CSV",
            archive,
            {"kind": "awards"} | FIRST_MONTH,
            ARCHIVE_MONTHS[0],
            count_csv_rows,
        ),
        ("issuer, JSON", issuer, document, rows, _document_rows),
        ("issuer, ZIP", issuer, document | {"compress": True}, rows, _zip_rows),
        ("groups, CSV", issuer, {"kind": "groups"} | GROUP_COLUMNS, 3, count_csv_rows),
        ("group badges, CSV", issuer, {"kind": "group-badges", "includeArchived": True}, 2, count_csv_rows),
        ("learner progress, CSV", issuer, {"kind": "learner-progress"}, 2 * LEARNERS, count_csv_rows),
        (
            "badge class, JSON",
            badge_class,
            {"kind": "badge-class", "includeAssertions": True},
            1 + COURSE_AWARDS,
            _document_rows,
        ),
    ):
        with step(name) as details:
            details.append(str(_export(run, path, body, expected, count)))


def _export(run: Run, path: str, body: Json, rows: int, count_rows: Callable[[bytes], int]) -> File:
    requested = run.admin.call("POST", path, body, expect=202)
    export = follow(run, followed(requested))
    return download(run, export, rows, count_rows)


def follow(run: Run, location: str) -> Json:
    """Read an export until it has succeeded, and return it.

    Raises
    ------
    SmokeFailure
        When it ends otherwise, or does not start or end in time.
    """

    def read() -> Json:
        export: Json = run.admin.call("GET", location).json()
        return export

    export = run.wait_for(read, lambda export: export["status"] not in GOING_ON)
    worker = run.deployed.logs("export-worker")
    function = run.deployed.outputs["ExportWorkerFunction"]
    if export["status"] == "queued":
        raise SmokeFailure(
            expected=f"export {export['id']} to start within {run.patience:g} s",
            found="it is still queued",
            check=f"that the event source of {function} is Enabled; {worker}; Lambda's concurrency quota and throttles",
        )
    if export["status"] == "running":
        raise SmokeFailure(
            expected=f"export {export['id']} to end within {run.patience:g} s",
            found=f"it is still running, with {export['progress']['rows']:,} rows",
            check=f"{worker} for this export_id",
        )
    if export["status"] != "succeeded":
        raise SmokeFailure(
            expected=f"export {export['id']} to succeed",
            found=f"{export['status']}: {export.get('error', {}).get('message', 'no reason given')}",
            check=f"{worker} for this export_id",
        )
    return export


def download(run: Run, export: Json, rows: int, count_rows: Callable[[bytes], int]) -> File:
    """Download an export's file by its presigned link, without a token, and check every figure.

    Raises
    ------
    SmokeFailure
        When a figure differs from what the API says, or the rows from what the tenant has.
    """
    said, answer = export["file"], _fetch(export["downloadUrl"])
    found = {
        "bytes": len(answer.content),
        "sha256": hashlib.sha256(answer.content).hexdigest(),
        "contentType": answer.headers.get("Content-Type"),
        "rows": count_rows(answer.content),
    }
    for figure, value in found.items():
        if value != said[figure]:
            raise SmokeFailure(
                expected=f"{figure} {said[figure]!r} of export {export['id']}, as the API says",
                found=f"{value!r} in the file",
                check="that nothing between S3 and this machine changes files (a proxy, a virus scanner)",
            )
    if said["rows"] != rows:
        raise SmokeFailure(
            expected=f"{rows:,} rows in export {export['id']}, which is what the tenant has",
            found=f"{said['rows']:,}",
            check=f"{run.deployed.logs('export-worker')} for this export_id; the indexes of the tables",
        )
    return File(answer.content, _parts_of(answer.headers.get("ETag", "")), said)


def _fetch(link: str) -> requests.Response:
    try:
        answer = requests.get(link, timeout=TIMEOUT_SECONDS)
    except requests.RequestException as error:
        raise unreachable("GET", link, error) from None
    if answer.status_code != requests.codes.ok:
        raise SmokeFailure(
            expected=f"GET {shown(link)} to answer 200 to the presigned link",
            found=f"{answer.status_code}: {' '.join(answer.text[:300].split())}",
            check="s3:GetObject of the API function's role, the bucket's policy, and KmsKeyArn's",
        )
    return answer


def _parts_of(etag: str) -> int:
    """Return how many parts an object was uploaded in: S3 ends the ETag of a multipart upload with their number."""
    match = re.fullmatch(r'"?[0-9a-f]+-([0-9]+)"?', etag)
    return int(match[1]) if match else 1


def count_csv_rows(content: bytes) -> int:
    csv.field_size_limit(sys.maxsize)
    return sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)) - 1


def _document_rows(content: bytes) -> int:
    document: Json = json.loads(content)
    badge_classes = document.get("badgeClasses") or [document["badgeClass"]]
    groups: list[Any] = document.get("recipientGroups", [])
    return (
        sum(1 + len(badge_class["assertions"]) for badge_class in badge_classes)
        + sum(1 + len(group.get("learners", [])) for group in groups)
        + len(document.get("pathways", []))
    )


def _zip_rows(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [only] = archive.infolist()
        return _document_rows(archive.read(only))
