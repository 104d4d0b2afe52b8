"""The export worker writes the same bytes in one or many invocations, and in one or several segments."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from badgedata import clock
from badgedata.access import ScopeType
from badgedata.aws import dynamodb
from badgedata.config import config
from badgedata.exports import lifecycle, segments, sweeper, worker
from badgedata.exports.job import ExportJob
from badgedata.exports.pages import Page
from badgedata.records.awards import sort_key
from badgedata.records.exports import ActiveExports
from tests.integration.exports.running import file_of, run_export, start_export
from tests.integration.exports.small_pages import (
    FIRST_DAY,
    ISSUER,
    make_award,
    messages,
    objects_of,
    run_queue,
    uploads_of,
)
from tests.support.small_limits import lower_limits

pytestmark = pytest.mark.usefixtures("small_pages")

ORGANIZATION: tuple[ScopeType, str] = ("organization", "ORG")


def put_item(issuer_id: str, award_id: str, **attributes: Any) -> None:
    """Write an award without using the models, as another program might."""
    item: dict[str, Any] = {
        "issuerId": {"S": issuer_id},
        "issuedOnAwardId": {"S": sort_key(FIRST_DAY, award_id)},
        "awardId": {"S": award_id},
        "badgeClassId": {"S": f"{issuer_id}-BC"},
        "issuedOn": {"S": clock.rfc3339(FIRST_DAY)},
        **attributes,
    }
    boto3.client("dynamodb").put_item(TableName=config().awards_table, Item=item)


def test_duplicate_message_for_a_finished_export_changes_nothing() -> None:
    export = run_export(start_export(ISSUER, "awards"))
    before = (file_of(export), objects_of(export))
    assert worker.run(export.id, "", lambda: 900) == "nothing-to-do"
    again = lifecycle.find_export(export.id)
    assert again is not None
    assert (file_of(again), objects_of(again)) == before
    assert again.attribute_values == export.attribute_values


def test_number_of_rows_written_never_decreases() -> None:
    export = start_export(ORGANIZATION, "awards")
    seen = []

    def look(**_: Any) -> None:
        seen.append(sum(int(segment.rows_seen) for segment in segments.of_export(export.id)))

    events = dynamodb().meta.events
    events.register("after-call.dynamodb.UpdateItem", look)
    try:
        assert worker.run(export.id, "", lambda: 900) == "succeeded"
    finally:
        events.unregister("after-call.dynamodb.UpdateItem", look)
    assert len(set(seen)) > 10
    assert seen == sorted(seen)


def test_worker_that_lost_its_lease_cannot_split_the_segment() -> None:
    export = start_export(ORGANIZATION, "awards")
    assert lifecycle.start(export, None)
    segment, taken = segments.find(export.id, ""), segments.find(export.id, "")
    assert segment is not None
    assert taken is not None
    assert segments.claim(segment, "first")
    segments.release(segment)
    assert segments.claim(taken, "second")
    with pytest.raises(segments.LeaseLostError):
        lifecycle.split(export, segment, ["ISS-1", "ISS-2"])
    assert len(list(segments.of_export(export.id))) == 1


def test_second_worker_does_not_write_a_leased_segment() -> None:
    export = start_export(ISSUER, "awards")
    segment = segments.find(export.id, "")
    assert segment is not None
    assert segments.claim(segment, "first")
    assert worker.run(export.id, "", lambda: 900) == "nothing-to-do"
    assert objects_of(export) == []


def test_exported_bytes_do_not_depend_on_the_number_of_invocations() -> None:
    whole = file_of(run_export(start_export(ORGANIZATION, "awards")))
    export = start_export(ORGANIZATION, "awards")
    messages()
    outcomes = [worker.run(export.id, "", lambda: 0.1)]
    outcomes += run_queue(seconds=0.1)
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert outcomes.count("handed-on") > 10
    assert file_of(found) == whole
    assert found.rows == 90
    assert sweeper.sweep().outcomes == {"settled": 1}
    assert objects_of(found) == [found.object_key]
    assert uploads_of(found) == []


def test_splitting_an_export_does_not_change_its_bytes_or_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run_export(start_export(ORGANIZATION, "awards"))
    messages()
    lower_limits(monkeypatch, split_after_seconds=0.0)
    export = start_export(ORGANIZATION, "awards")
    outcomes = run_queue()
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert outcomes.count("segment-done") > 5
    assert file_of(found) == file_of(whole)
    assert (found.rows, found.bytes, found.sha256) == (whole.rows, whole.bytes, whole.sha256)
    assert sweeper.sweep().outcomes == {"settled": 1}
    assert objects_of(found) == [found.object_key]
    assert uploads_of(found) == []


def test_small_export_has_one_segment_and_is_never_split() -> None:
    export = run_export(start_export(ISSUER, "awards", awardedBefore="2026-01-03"))
    assert export.rows == 3
    assert export.open_segments is None
    assert [segment.status for segment in segments.of_export(export.id)] == ["done"]


def canceling_pages(export_id: str, after: int) -> Any:
    """Return a page reader that cancels the export after a number of pages."""
    real = ExportJob.pages

    def pages(*arguments: Any) -> Iterator[Page]:
        for number, page in enumerate(real(*arguments), start=1):
            if number == after:
                found = lifecycle.find_export(export_id)
                assert found is not None
                lifecycle.remove(found)
            yield page

    return pages


def test_worker_stops_when_its_export_is_canceled_and_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    export = start_export(ISSUER, "awards")
    monkeypatch.setattr(ExportJob, "pages", canceling_pages(export.id, after=3))
    assert worker.run(export.id, "", lambda: 900) == "over"
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert found.status == "cancelled"
    assert objects_of(export) == []
    assert uploads_of(export) == []
    assert sweeper.sweep().outcomes == {"settled": 1}
    assert sweeper.sweep().outcomes == {}


def test_canceled_export_does_not_count_toward_the_active_export_limit() -> None:
    export = start_export(ISSUER, "awards")
    assert ActiveExports.get(*ActiveExports.key("ORG")).active == 1
    lifecycle.remove(export)
    lifecycle.remove(export)
    assert ActiveExports.get(*ActiveExports.key("ORG")).active == 0


def test_awards_with_missing_or_unknown_attributes_are_exported() -> None:
    put_item("ISS-0", "BARE", somethingNew={"M": {"deep": {"L": [{"N": "1"}]}}})
    rows = file_of(run_export(start_export(ISSUER, "awards"))).decode().split("\r\n")
    bare = next(row for row in rows if row.startswith("BARE,"))
    assert bare == (
        "BARE,ISS-0-BC,Badge,ISS-0,ISS-0,,,,2026-01-01T09:00:00Z,,active,,,,,https://badges.example.org/public/assertions/BARE"
    )


def test_null_attribute_is_treated_as_missing() -> None:
    seen = {"L": [{"M": {"id": {"NULL": True}, "narrative": {"S": "Seen, twice"}}}]}
    null = {"NULL": True}
    put_item("ISS-0", "NULLS", narrative=null, expires=null, revoked=null, recipientName=null, evidence=seen)
    content = file_of(run_export(start_export(ISSUER, "awards"))).decode()
    row = 'NULLS,ISS-0-BC,Badge,ISS-0,ISS-0,,,,2026-01-01T09:00:00Z,,active,,,,"Seen, twice",'
    assert content.count(f"\r\n{row}") == 1


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("narrative", {"N": "5"}),
        ("evidence", {"L": [{"S": "https://example.org/evidence"}]}),
        ("revoked", {"S": "yes"}),
        ("recipientName", {"M": {"first": {"S": "Ada"}}}),
    ],
)
def test_error_names_the_award_and_the_attribute_of_the_wrong_type(attribute: str, value: Any) -> None:
    put_item("ISS-0", "ODD-ONE", **{attribute: value})
    export = run_export(start_export(ISSUER, "awards"))
    assert export.status == "failed"
    assert export.error_code == "unreadable-data"
    assert "ODD-ONE" in export.error_message
    assert attribute in export.error_message
    assert "' attribute must be " in export.error_message
    assert "`" not in export.error_message  # msgspec's wording
    assert objects_of(export) == []


def test_maximum_size_award_is_exported_completely() -> None:
    make_award("ISS-0", "LARGE", FIRST_DAY, narrative="é" * 190_000)
    assert ("é" * 190_000).encode() in file_of(run_export(start_export(ISSUER, "awards")))


def test_award_added_during_an_export_is_included_if_it_follows_the_current_position(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = ExportJob.pages

    def awarding(*arguments: Any) -> Iterator[Page]:
        for number, page in enumerate(real(*arguments)):
            if number == 2:
                make_award("ISS-0", "AHEAD", FIRST_DAY + timedelta(days=90))
                make_award("ISS-0", "BEHIND", FIRST_DAY)
            yield page

    monkeypatch.setattr(ExportJob, "pages", awarding)
    export = run_export(start_export(ISSUER, "awards"))
    content = file_of(export).decode()
    assert content.count("\r\nAHEAD,") == 1
    assert "BEHIND" not in content
    assert all(content.count(f"\r\nISS-0-{number:02},") == 1 for number in range(30))
    assert export.rows == 31


def test_exports_of_unchanged_data_are_byte_identical() -> None:
    assert file_of(run_export(start_export(ORGANIZATION, "awards"))) == file_of(
        run_export(start_export(ORGANIZATION, "awards"))
    )
