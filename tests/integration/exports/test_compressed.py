"""`compress`: a ZIP whose only member is identical to the JSON."""

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from badgedata.access import ScopeType
from badgedata.config import config
from badgedata.exports.job import ExportJob
from tests.integration.exports.running import BADGE_CLASS, ISSUER, file_of, run_export, start_export
from tests.support.clock import set_time

pytestmark = pytest.mark.usefixtures("school")

both_kinds = pytest.mark.parametrize(
    ("scope", "kind", "options"),
    [
        (ISSUER, "issuer", {"includeBadgeClasses": True, "includeAssertions": True, "includeRecipientGroups": True}),
        (BADGE_CLASS, "badge-class", {"includeAssertions": True}),
    ],
    ids=["issuer", "badge-class"],
)


@both_kinds
def test_zip_member_is_identical_to_the_uncompressed_document(
    scope: tuple[ScopeType, str], kind: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_time(datetime(2026, 6, 1, 9, 30, tzinfo=UTC), monkeypatch)
    plain = run_export(start_export(scope, kind, **options))
    zipped = run_export(start_export(scope, kind, **options, compress=True))
    with zipfile.ZipFile(io.BytesIO(file_of(zipped))) as archive:
        assert archive.testzip() is None
        (member,) = archive.infolist()
        assert member.filename == plain.file_name == zipped.file_name.removesuffix(".zip") + ".json"
        assert member.date_time == (2026, 6, 1, 9, 30, 0)
        # The documents are the same, except that one says it was compressed.
        assert archive.read(member).replace(b'"compress":true', b'"compress":false') == file_of(plain)
    assert zipped.rows == plain.rows


@both_kinds
def test_compressed_file_has_a_zip_extension_and_content_type(
    scope: tuple[ScopeType, str], kind: str, options: dict[str, Any]
) -> None:
    export = run_export(start_export(scope, kind, **options, compress=True))
    assert export.file_name.endswith(f"-{kind}-{export.file_name[-20:-4]}.zip")
    head = boto3.client("s3").head_object(Bucket=config().exports_bucket, Key=export.object_key)
    assert head["ContentType"] == "application/zip"
    assert head["ContentDisposition"] == f'attachment; filename="{export.file_name}"'


def test_repeated_export_is_compressed_to_the_same_bytes() -> None:
    export = start_export(ISSUER, "issuer", includeBadgeClasses=True, includeAssertions=True, compress=True)
    first, second = (b"".join(page.data for page in ExportJob.load(export).pages("", None)) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert json.loads(archive.read(archive.namelist()[0]))["options"]["compress"] is True
