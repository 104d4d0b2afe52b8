"""Export steps: request exports of all kinds except `badges` and `trail`, and check their files."""

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

from badgedata.text import counted
from operations.smoke.client import TIMEOUT_SECONDS, location_of, unreachable, without_query
from operations.smoke.document import ARCHIVE_MONTHS, COURSE_AWARDS, HONORS, Json
from operations.smoke.error import SmokeTestError
from operations.smoke.run import Run
from operations.steps import step

IN_PROGRESS: Final = ("queued", "running")
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
    """A downloaded file and the API's description of it."""

    export_id: str
    content: bytes
    parts: int
    figures: Json

    def __str__(self) -> str:
        parts = f"{self.parts} parts, " if self.parts > 1 else ""
        return f"{len(self.content):,} bytes, {parts}{counted(self.figures['rows'], 'row')}, SHA-256"


def export_organization(run: Run) -> File:
    """Export all awards of the organization. The file is large enough for a multipart upload."""
    names = run.tenant.names
    with step("organization awards, CSV") as details:
        file = _export(
            run, f"/organizations/{names.organization}/exports", {"kind": "awards"}, ALL_AWARDS, count_csv_rows
        )
        if file.parts < 2:
            raise SmokeTestError(
                expected=f"a multipart upload, because the file is {len(file.content):,} bytes",
                found="the ETag of a single-part upload",
                check="whether replication, a lifecycle rule, a batch job, or another process overwrote the object",
            )
        details.append(str(file))
    return file


def export_remaining_kinds(run: Run) -> None:
    """Export one month of awards, and request an export of each remaining kind with all its optional content."""
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
    export = follow(run, location_of(requested))
    return download(run, export, rows, count_rows)


def follow(run: Run, location: str) -> Json:
    """Wait until an export succeeds, and return it.

    Raises
    ------
    SmokeTestError
        If the export fails, is canceled, or doesn't end in time.
    """

    def read() -> Json:
        export: Json = run.admin.call("GET", location).json()
        return export

    export = run.wait_for(read, lambda export: export["status"] not in IN_PROGRESS)
    worker = run.deployed.logs("export-worker")
    function = run.deployed.outputs["ExportWorkerFunction"]
    if export["status"] == "queued":
        raise SmokeTestError(
            expected=f"export {export['id']} to start within {run.patience:g} s",
            found="the export is still queued",
            check=f"the state of {function}'s event source mapping; {worker}; Lambda's concurrency quota and throttles",
        )
    if export["status"] == "running":
        raise SmokeTestError(
            expected=f"export {export['id']} to end within {run.patience:g} s",
            found=f"the export is still running, with {export['progress']['rows']:,} rows so far",
            check=f"{worker} for this export_id",
        )
    if export["status"] != "succeeded":
        raise SmokeTestError(
            expected=f"export {export['id']} to succeed",
            found=f"{export['status']}: {export.get('error', {}).get('message', 'no reason given')}",
            check=f"{worker} for this export_id",
        )
    return export


def download(run: Run, export: Json, rows: int, count_rows: Callable[[bytes], int]) -> File:
    """Download an export's file without a token. Check its size, checksum, content type, and row count.

    Parameters
    ----------
    rows
        The expected number of rows.
    count_rows
        A function that counts the rows in a file's content.

    Raises
    ------
    SmokeTestError
        If the file doesn't match the API's description, or if it doesn't have `rows` rows.
    """
    figures, response = export["file"], _fetch(export["downloadUrl"])
    found = {
        "bytes": len(response.content),
        "sha256": hashlib.sha256(response.content).hexdigest(),
        "contentType": response.headers.get("Content-Type"),
        "rows": count_rows(response.content),
    }
    for figure, value in found.items():
        if value != figures[figure]:
            raise SmokeTestError(
                expected=f"the {figure} of export {export['id']} to be {figures[figure]!r}, as in the API",
                found=f"{value!r} in the file",
                check="that no proxy, virus scanner, or other software between S3 and this machine changes files",
            )
    if figures["rows"] != rows:
        raise SmokeTestError(
            expected=f"{rows:,} rows in export {export['id']}, as in the tenant's data",
            found=f"{figures['rows']:,}",
            check=f"{run.deployed.logs('export-worker')} for this export_id, and the state of the tables' indexes",
        )
    return File(export["id"], response.content, _parts_of(response.headers.get("ETag", "")), figures)


def _fetch(link: str) -> requests.Response:
    try:
        response = requests.get(link, timeout=TIMEOUT_SECONDS)
    except requests.RequestException as error:
        raise unreachable("GET", link, error) from None
    if response.status_code != requests.codes.ok:
        raise SmokeTestError(
            expected=f"GET {without_query(link)} to return 200",
            found=f"{response.status_code}: {' '.join(response.text[:300].split())}",
            check="s3:GetObject in the API function's role, the bucket policy, and the KMS key policy",
        )
    return response


def _parts_of(etag: str) -> int:
    """Return the number of parts in which a file was uploaded, according to its ETag from S3."""
    match = re.fullmatch(r'"?[0-9a-f]+-([0-9]+)"?', etag)
    return int(match[1]) if match else 1


def count_csv_rows(content: bytes) -> int:
    """Return the number of rows in a CSV file, excluding the header."""
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
