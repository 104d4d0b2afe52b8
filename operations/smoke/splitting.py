"""The split export step: the deployed workers write segments in parallel and assemble them within S3.

A worker splits an export after 20 seconds. On AWS, a worker writes about a million awards in that time. This is too
many to load for a test. Therefore, this step splits the export itself, with the functions that a worker uses. The step
claims the only segment before a worker does, splits and releases the segment, and enqueues messages. The deployed
workers then write and assemble the segments.
"""

import secrets
from typing import Final

from badgedata.access import Caller
from badgedata.exports import lifecycle, messages, segments
from badgedata.exports.job import ExportJob
from badgedata.exports.request import record_export
from badgedata.exports.specification import AwardsExport
from operations.smoke.error import SmokeTestError
from operations.smoke.exports import ALL_AWARDS, File, count_csv_rows, download, follow
from operations.smoke.run import Run
from operations.steps import step

WAYS: Final = 4
"""The number of segments: fewer than a worker's eight, to stay within the concurrency of a new AWS account."""


def export_split(run: Run, whole: File) -> None:
    """Export the organization's awards in segments, and compare the file with the unsplit export's file."""
    with step("split, and assembled within S3") as details:
        export_id, count = _request(run.tenant.names.organization, run.tenant.admin)
        file = download(run, follow(run, f"/exports/{export_id}"), ALL_AWARDS, count_csv_rows)
        if file.content != whole.content:
            raise SmokeTestError(
                expected=f"export {export_id}, written in {count} segments, to be identical to the unsplit file",
                found=f"a different file: {len(file.content):,} bytes instead of {len(whole.content):,} bytes",
                check=f"{run.deployed.logs('export-worker')} for this export_id",
            )
        details.append(f"{count} segments, {file.parts} parts, identical content")


def _request(organization_id: str, admin: str) -> tuple[str, int]:
    caller = Caller(admin)
    scope = caller.scope("organization", organization_id)
    export = record_export(AwardsExport(kind="awards"), scope, caller)
    segment = segments.find(export.id, "")
    if segment is None or not segments.claim(segment, owner=secrets.token_hex(8)) or not lifecycle.start(export, None):
        raise _not_split(export.id, "another worker claimed its segment first")
    boundaries = ExportJob.load(export).boundaries("", None, WAYS)
    if not boundaries or not lifecycle.split(export, segment, boundaries):
        raise _not_split(export.id, f"{len(boundaries)} boundaries, and status {export.status}")
    segments.release(segment)
    for start in ("", *boundaries):
        messages.send(export.id, start)
    return export.id, 1 + len(boundaries)


def _not_split(export_id: str, found: str) -> SmokeTestError:
    return SmokeTestError(
        expected=f"export {export_id} to be split into {WAYS} segments",
        found=found,
        check="this export's records in the operations table (docs/operations.md)",
    )
