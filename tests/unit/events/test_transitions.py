"""Transitions: the changes to an item that produce events. All other changes produce none."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from badgedata.events.catalog import FACTS, detail_schema
from badgedata.events.stream import events_of
from badgedata.events.transitions import SORT_KEYS, facts_of
from development.sam_template import resources

Image = dict[str, dict[str, Any]]

EXPORT = {
    "pk": "export#E1", "sk": "export", "id": "E1", "scope": "issuer#WELD", "scopeType": "issuer", "scopeId": "WELD",
    "scopeName": "Welding School", "organizationId": "MAKERS", "kind": "awards", "options": "{}", "status": "queued",
    "requestedBy": "ada@example.org", "createdAt": "2026-01-31T09:00:00Z", "fileName": "WELD-awards.csv",
    "fileExpiresAt": "2026-02-07T09:00:00Z",
}  # fmt: skip
SCHEDULE = {
    "pk": "schedule#S1", "sk": "schedule", "id": "S1", "scope": "schedules of issuer#WELD", "scopeType": "issuer",
    "scopeId": "WELD", "organizationId": "MAKERS", "name": "Awards for Ada", "kind": "awards", "options": "{}",
    "expression": "rate(1 day)", "timeZone": "UTC", "status": "active", "requestedBy": "ada@example.org",
    "createdAt": "2026-01-31T09:00:00Z",
}  # fmt: skip
RUN = {"lastRunAt": "2026-02-01T06:00:00Z", "lastExportId": "E2"}
RESYNC = {
    "pk": "image-resync#ROBOTICS#2", "sk": "image-resync", "badgeClassId": "ROBOTICS", "version": 2,
    "replacementId": "R1", "status": "in-progress", "counted": 3, "windowEndsAt": "2026-02-13T09:00:00Z",
}  # fmt: skip
REPLACEMENT = {
    "pk": "replacement#R1", "sk": "replacement", "id": "R1", "badgeClassId": "ROBOTICS", "status": "previewed",
    "source": "{}", "proposed": "{}", "changes": "[]", "warnings": "[]", "seenVersion": 1, "seenContent": "x",
}  # fmt: skip


def image(item: dict[str, Any] | None) -> Image | None:
    """Return an item in the form of DynamoDB's API."""
    if item is None:
        return None
    return {name: {_DESCRIPTORS[type(value)]: _in_image(value)} for name, value in item.items()}


_DESCRIPTORS = {str: "S", int: "N", bool: "BOOL"}


def _in_image(value: Any) -> Any:
    return str(value) if type(value) is int else value


def types(old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[str]:
    sort_key = (new or old or {})["sk"]
    return [fact.type for fact in facts_of(sort_key, image(old), image(new))]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, {}, ["ExportRequested"]),
        (None, {"status": "succeeded"}, []),
        ({}, {"status": "running"}, []),
        ({"status": "running"}, {"status": "running", "openSegments": 3}, []),
        ({"status": "running"}, {"status": "succeeded"}, ["ExportSucceeded"]),
        ({"status": "running"}, {"status": "failed"}, ["ExportFailed"]),
        ({}, {"status": "cancelled"}, ["ExportCancelled"]),
        ({"status": "succeeded"}, {"status": "succeeded", "expiredAt": "2026-02-07T09:01:00Z"}, ["ExportExpired"]),
        (
            {"status": "succeeded"},
            {"status": "succeeded", "fileExpiresAt": "2026-02-01T09:00:00Z", "expiredAt": "2026-02-01T09:00:00Z"},
            ["ExportFileDeleted"],
        ),
        ({"status": "succeeded", "expiredAt": "2026-02-07T09:01:00Z"}, {"status": "succeeded"}, []),
        ({"status": "running"}, {"status": "unknown"}, []),
        ({"status": "succeeded"}, None, []),
    ],
)
def test_export_changes_produce_the_expected_events(
    old: dict[str, Any] | None, new: dict[str, Any] | None, expected: list[str]
) -> None:
    assert types(old if old is None else EXPORT | old, new if new is None else EXPORT | new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, {"status": "creating"}, []),
        ({"status": "creating"}, {}, ["ScheduleCreated"]),
        ({"status": "creating"}, None, []),
        ({}, {"due": "settled-schedule"}, []),
        ({}, {"name": "Other"}, ["ScheduleChanged"]),
        ({}, {"notify": True}, ["ScheduleChanged"]),
        ({}, {"status": "paused"}, ["ScheduleChanged"]),
        ({}, {"status": "stopped", "reason": "ada@example.org left"}, ["ScheduleStopped"]),
        ({}, {"status": "stopped", "kind": "badges"}, ["ScheduleStopped", "ScheduleChanged"]),
        ({"status": "stopped"}, {"requestedBy": "eve@example.org"}, ["ScheduleChanged"]),
        ({}, RUN, ["ScheduleRun"]),
        (RUN, RUN | {"status": "paused"}, ["ScheduleChanged"]),
        ({}, {"status": "deleting"}, ["ScheduleDeleted"]),
        ({"status": "deleting"}, None, []),
        ({"status": "paused"}, None, ["ScheduleDeleted"]),
    ],
)
def test_schedule_changes_produce_the_expected_events(
    old: dict[str, Any] | None, new: dict[str, Any] | None, expected: list[str]
) -> None:
    assert types(old if old is None else SCHEDULE | old, new if new is None else SCHEDULE | new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, RESYNC, []),
        (RESYNC, RESYNC | {"refreshed": 2}, []),
        (RESYNC, RESYNC | {"status": "complete"}, ["ImageResyncCompleted"]),
        (RESYNC, RESYNC | {"status": "overdue"}, ["ImageResyncOverdue"]),
        (RESYNC | {"status": "overdue"}, RESYNC | {"status": "complete"}, ["ImageResyncCompleted"]),
        (RESYNC, RESYNC | {"status": "taken-over"}, []),
        (RESYNC, None, []),
        (None, REPLACEMENT, []),
        (REPLACEMENT, REPLACEMENT | {"status": "cancelled"}, []),
        (REPLACEMENT, REPLACEMENT | {"status": "replaced"}, ["BadgeReplaced"]),
        (REPLACEMENT | {"status": "replaced"}, None, []),
    ],
)
def test_replacement_and_resync_changes_produce_the_expected_events(
    old: dict[str, Any] | None, new: dict[str, Any] | None, expected: list[str]
) -> None:
    assert types(old, new) == expected


def test_export_segment_changes_do_not_produce_events() -> None:
    assert facts_of("segment#", None, {"status": {"S": "queued"}}) == []


def test_stream_filter_selects_exactly_the_items_that_produce_events() -> None:
    function = resources("AWS::Serverless::Function")["EventPublisherFunction"]["Properties"]
    (filter_,) = function["Events"]["Operations"]["Properties"]["FilterCriteria"]["Filters"]
    assert set(json.loads(filter_["Pattern"])["dynamodb"]["Keys"]["sk"]["S"]) == SORT_KEYS


VALUES = st.sampled_from(
    ["queued", "running", "succeeded", "creating", "active", "stopped", "overdue", "complete", "replaced", "", "{}"]
)
TYPED = st.one_of(
    st.builds(lambda text: {"S": text}, VALUES | st.text(max_size=5)),
    st.builds(lambda number: {"N": str(number)}, st.integers() | st.floats(allow_nan=False)),
    st.sampled_from([{"NULL": True}, {"BOOL": True}, {"M": {}}, {"L": []}, {"B": "AA=="}, {}, None]),
)


def changed_images(item: dict[str, Any]) -> st.SearchStrategy[Image | None]:
    """Return images of an item with some attributes missing, added, or of any type."""
    base = image(item)
    assert base is not None
    odd = st.dictionaries(st.sampled_from([*base, "expiredAt", "rows", "lastRunAt", "lastExportId"]), TYPED, max_size=4)
    left_out = st.sets(st.sampled_from(sorted(base)), max_size=3)
    return st.none() | st.builds(
        lambda more, less: {name: value for name, value in (base | more).items() if name not in less}, odd, left_out
    )


SCHEMAS = {fact.type: Draft202012Validator(detail_schema(fact)) for fact in FACTS}


@pytest.mark.parametrize("item", [EXPORT, SCHEDULE, RESYNC, REPLACEMENT], ids=lambda item: item["sk"])
@given(data=st.data())
def test_every_event_produced_from_a_malformed_item_is_valid(item: dict[str, Any], data: st.DataObject) -> None:
    change = {
        "Keys": {"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}},
        "OldImage": data.draw(changed_images(item)),
        "NewImage": data.draw(changed_images(item)),
        "SequenceNumber": "4421584500000000017450439091",
        "ApproximateCreationDateTime": 1768464001,
    }
    try:
        events = events_of({"eventID": "c4ca", "dynamodb": change})
    except Exception:
        return
    for event in events:
        SCHEMAS[event.fact.type].validate(event.detail())
        assert "ada@example.org" not in str(event.detail())
