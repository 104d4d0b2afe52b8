"""Every kind of export, written by one worker per page: the same bytes and rows as with a single worker."""

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest

from badgedata.access import ScopeType
from badgedata.exports.job import ExportJob
from badgedata.records.awards import Award
from badgedata.records.directory import Learner
from badgedata.records.exports import Export
from tests.integration.exports.running import (
    BADGE_CLASS,
    ISSUER,
    ORGANIZATION,
    file_of,
    run_export,
    run_one_worker_per_page,
    start_export,
)
from tests.support.clock import set_time
from tests.support.query_pages import limit_query_pages
from tests.support.small_limits import lower_limits

pytestmark = pytest.mark.slow

EVERYTHING = {
    "includeBadgeClasses": True,
    "includeAssertions": True,
    "includeRecipientGroups": True,
    "includePathways": True,
}
KINDS: list[tuple[tuple[ScopeType, str], str, dict[str, Any]]] = [
    (ORGANIZATION, "awards", {}),
    (ISSUER, "awards", {}),
    (ISSUER, "groups", {"includeArchived": True, "includeStaff": True}),
    (ISSUER, "group-badges", {}),
    (ISSUER, "learner-progress", {}),
    (ORGANIZATION, "awards", {"format": "xlsx"}),
    (ISSUER, "awards", {"format": "xlsx", "status": ["active"], "columns": ["Award ID", "Award Image URL"]}),
    (ISSUER, "learner-progress", {"format": "xlsx"}),
    (ISSUER, "issuer", EVERYTHING),
    (ISSUER, "issuer", EVERYTHING | {"embedImages": True}),
    (ISSUER, "issuer", EVERYTHING | {"compress": True}),
    (BADGE_CLASS, "badge-class", {"includeAssertions": True}),
    (BADGE_CLASS, "badge-class", {"includeAssertions": True, "embedImages": True, "compress": True}),
]

each_kind = pytest.mark.parametrize(
    ("scope", "kind", "options"), KINDS, ids=lambda value: value if isinstance(value, str) else None
)


@pytest.fixture(autouse=True)
def many_small_pages(school: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pages as small as possible, with more learners and awards than one read returns."""
    limit_query_pages(2, monkeypatch)
    lower_limits(monkeypatch, documents_at_once=2, images_at_once=2, csv_page_bytes=1, page_bytes=1, zip_unit_bytes=300)
    set_time(datetime(2026, 6, 1, tzinfo=UTC), monkeypatch)
    lower_limits(monkeypatch, awards_a_unit=1, issuers_a_unit=2, table_unit_bytes=1)
    template = next(Award.query("WELD"))
    for number in range(5):
        template.award_id = f"X{number:02}"
        template.issued_on_award_id = f"2026-05-01T00:00:00.000000Z#{template.award_id}"
        template.save()
        Learner(*Learner.key("WELD", "G-lms", f"x{number:02}"), entity_id=f"x{number:02}").save()


def content_and_rows(export: Export) -> tuple[bytes, int]:
    found = list(ExportJob.load(export).pages("", None))
    return b"".join(page.data for page in found), sum(page.rows for page in found)


def content_of(file: bytes) -> bytes:
    """Return the content of a file, decompressed because a ZIP with larger pages is slightly smaller."""
    if not file.startswith(b"PK"):
        return file
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return b"".join(map(archive.read, archive.namelist()))


@each_kind
def test_file_is_the_same_even_if_each_page_is_written_by_a_different_worker(
    scope: tuple[ScopeType, str], kind: str, options: dict[str, Any]
) -> None:
    export = start_export(scope, kind, **options)
    cut = list(run_one_worker_per_page(export))
    assert len(cut) > 5
    assert (b"".join(page.data for page in cut), sum(page.rows for page in cut)) == content_and_rows(export)


@each_kind
def test_file_is_the_same_even_if_workers_run_out_of_time(
    scope: tuple[ScopeType, str], kind: str, options: dict[str, Any]
) -> None:
    at_once = run_export(start_export(scope, kind, **options))
    in_many = run_export(start_export(scope, kind, **options), seconds=0)
    assert file_of(in_many) == file_of(at_once)
    assert (in_many.rows, in_many.bytes, in_many.sha256) == (at_once.rows, at_once.bytes, at_once.sha256)


@each_kind
def test_export_page_size_does_not_change_the_file(
    scope: tuple[ScopeType, str], kind: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    export = start_export(scope, kind, **options)
    small, small_rows = content_and_rows(export)
    monkeypatch.undo()
    large, large_rows = content_and_rows(export)
    assert large_rows == small_rows
    assert content_of(large) == content_of(small)


@each_kind
def test_dynamodb_page_size_does_not_change_the_file(
    scope: tuple[ScopeType, str], kind: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    export = start_export(scope, kind, **options)
    by_two = content_and_rows(export)
    limit_query_pages(3, monkeypatch)
    assert content_and_rows(export) == by_two


def test_document_remains_valid_even_if_awards_are_deleted_between_two_workers() -> None:
    export = start_export(ISSUER, "issuer", **EVERYTHING)
    data = b""
    for number, page in enumerate(run_one_worker_per_page(export)):
        data += page.data
        if number == 4:
            for award in Award.query("WELD"):
                award.delete()
    assert json.loads(data)["recipientGroups"]
