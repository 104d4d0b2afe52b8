"""Invalid schedules: each is rejected with a problem that names the field, and none is stored anywhere."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from badgedata.config import config
from tests.integration.schedules.scheduling import (
    AWARDS,
    all_in_event_bridge,
    create_schedule,
    listed_schedules,
    read_schedule,
    request_schedule,
    timing_of,
)
from tests.support.api_client import rejection
from tests.support.organizations import ADMIN, OWNER

WELD = {"issuerId": "WELD"}
GROUPS = WELD | {"kind": "groups"}


@pytest.fixture(autouse=True)
def _nothing_is_left(organizations_to_read: None) -> Iterator[None]:
    """Check that a test's requests create no schedules."""
    yield
    operations: Any = boto3.client("dynamodb").scan(TableName=config().operations_table)
    assert [item for item in operations["Items"] if item.get("schedules") != {"N": "0"}] == []
    assert all_in_event_bridge() == {}


# ---------------------------------------------------------------- schedule


@pytest.mark.parametrize("body", ["", "[]", "null", '{"name": ', '"rate(1 day)"'])
def test_body_that_is_not_a_json_object_is_rejected(body: str) -> None:
    answer = OWNER.post("/schedules", body)
    assert (answer.status, answer.problem["code"]) == (400, "malformed-request")


def test_error_for_an_unknown_field_names_the_field_and_its_value() -> None:
    assert '"Europe/Paris"' in rejection(request_schedule(timezone="Europe/Paris"), "timezone")
    rejection(request_schedule(enabled=False), "enabled")


@pytest.mark.parametrize("field", ["name", "export", "expression"])
def test_missing_required_fields_are_reported(field: str) -> None:
    left_out: dict[str, Any] = {field: None}
    assert rejection(request_schedule(**left_out), field) == "This field is required."


@pytest.mark.parametrize("name", ["", "   ", "\t\n", "x" * 101, 7, ["Weekly"]])
def test_name_must_have_1_to_100_characters(name: Any) -> None:
    rejection(request_schedule(name=name), "name")


def test_control_character_in_a_name_is_rejected() -> None:
    message = rejection(request_schedule(name="Week\x00ly"), "name")
    assert message == 'Must not contain control characters, but character 5 is U+0000; got "Week\\u0000ly".'


def test_invisible_character_in_a_name_is_rejected() -> None:
    message = rejection(request_schedule(name="Week\u202ely"), "name")
    assert message.startswith("Must not contain invisible characters, but character 5 is U+202E;")


@pytest.mark.parametrize(
    "expression",
    [
        "", "every Monday", "at(2027-01-01T00:00:00)", "rate(0 hours)", "rate(30 seconds)", "rate(367 days)",
        "cron(0 6 * * MON)", "cron(0 6 * * MON *)", "cron(60 6 ? * MON *)", "cron(0 6 30 2 ? *)",
        "cron(0 6 1 1 ? 2001)", "💥", 7, ["rate(1 day)"], "cron(" + "0" * 1_000_000 + ")",
    ],
    ids=lambda expression: ascii(expression)[:24],
)  # fmt: skip
def test_expression_that_is_invalid_or_never_fires_is_rejected(expression: Any) -> None:
    answer = request_schedule(expression=expression)
    message = rejection(answer, "expression")
    assert json.dumps(expression, separators=(",", ":"), ensure_ascii=False)[:60] in message
    assert len(answer.text) < 1000


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "+01:00", "", "../../etc/passwd", "UTC\x00", 1, ["UTC"]])
@pytest.mark.parametrize("period", ["previous-week", None])
def test_unknown_time_zone_is_rejected(zone: Any, period: str | None) -> None:
    rejection(request_schedule(timeZone=zone, period=period), "timeZone")


@pytest.mark.parametrize("period", ["last-week", "previous-year", "", 7, ["previous-day"]])
def test_unknown_period_is_rejected(period: Any) -> None:
    assert "previous-month" in rejection(request_schedule(period=period), "period")


def test_expression_rejected_by_event_bridge_is_reported_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    make_api_call: Any = BaseClient.__dict__["_make_api_call"]

    def rejecting(client: BaseClient, name: str, arguments: dict[str, Any]) -> Any:
        if name == "CreateSchedule":
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "Invalid zone."}}, name)
        return make_api_call(client, name, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", rejecting)
    assert "Invalid zone." in rejection(request_schedule(), "expression")
    assert listed_schedules() == []


# ---------------------------------------------------------------- export


@pytest.mark.parametrize(
    "scope",
    [{}, {"issuerId": "WELD", "organizationId": "MAKERS"}, WELD | {"badgeClassId": "BC-WELD-1"}],
    ids=lambda scope: " ".join(scope) or "none",
)
def test_export_must_have_exactly_one_scope(scope: dict[str, str]) -> None:
    message = rejection(request_schedule(ADMIN, export=scope | {"kind": "awards"}), "export")
    assert "exactly one of organizationId, issuerId, and badgeClassId" in message


@pytest.mark.parametrize("export", ["awards", [], 7])
def test_export_that_is_not_an_object_is_rejected(export: Any) -> None:
    rejection(request_schedule(export=export), "export")


@pytest.mark.parametrize(
    ("export", "possible"),
    [
        (WELD | {"kind": "badge"}, "group-badges"),
        (WELD | {"kind": "badge-class"}, "learner-progress"),
        ({"organizationId": "MAKERS", "kind": "issuer"}, "awards"),
        ({"badgeClassId": "BC-WELD-1", "kind": "awards"}, "badge-class"),
        (WELD | {"kind": ""}, "awards"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_error_for_an_unknown_kind_lists_the_valid_kinds_for_the_scope(export: Any, possible: str) -> None:
    assert possible in rejection(request_schedule(ADMIN, export=export, period=None), "export.kind")


def test_missing_export_kind_is_rejected() -> None:
    rejection(request_schedule(export=WELD), "export.kind")


@pytest.mark.parametrize("scope_id", [7, ["WELD"], {"id": "WELD"}])
def test_non_string_scope_id_is_rejected(scope_id: Any) -> None:
    rejection(request_schedule(export={"issuerId": scope_id, "kind": "awards"}), "export.issuerId")


@pytest.mark.parametrize("scope_id", ["", "../WELD", "a b", "x" * 65, "💥"])
@pytest.mark.parametrize("name", ["organizationId", "issuerId", "badgeClassId"])
def test_invalid_id_returns_not_found(name: str, scope_id: str) -> None:
    kind = "badge-class" if name == "badgeClassId" else "awards"
    answer = request_schedule(export={name: scope_id, "kind": kind}, period=None)
    assert (answer.status, answer.problem["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("export", "field"),
    [
        (GROUPS | {"includeGroups": True}, "includeGroups"),
        (GROUPS | {"compress": True}, "compress"),
        (AWARDS | {"include_archived": True}, "include_archived"),
        (GROUPS | {"includeStaff": "yes"}, "includeStaff"),
        (GROUPS | {"includeStaff": None}, "includeStaff"),
        (AWARDS | {"awardedAfter": "2026-02-30"}, "awardedAfter"),
        (AWARDS | {"awardedBefore": 20260101}, "awardedBefore"),
        (AWARDS | {"awardedAfter": "2026-02-01", "awardedBefore": "2026-01-01"}, "awardedAfter"),
        (AWARDS | {"timeZone": "Mars/Olympus"}, "timeZone"),
        (WELD | {"kind": "issuer", "includeAssertions": True}, "includeAssertions"),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_error_for_an_invalid_export_option_names_the_option(export: Any, field: str) -> None:
    rejection(request_schedule(export=export, period=None), f"export.{field}")


@pytest.mark.parametrize(
    "export",
    [
        WELD | {"kind": "issuer"},
        GROUPS,
        WELD | {"kind": "group-badges"},
        WELD | {"kind": "learner-progress"},
        {"badgeClassId": "BC-WELD-1", "kind": "badge-class"},
    ],
    ids=lambda export: export["kind"],
)
def test_period_requires_an_export_kind_with_award_dates(export: dict[str, str]) -> None:
    assert export["kind"] in rejection(request_schedule(export=export), "period")


@pytest.mark.parametrize("field", ["awardedAfter", "awardedBefore"])
def test_period_and_dates_cannot_be_combined(field: str) -> None:
    assert "previous-week" in rejection(request_schedule(export=AWARDS | {field: "2026-01-01"}), f"export.{field}")


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Mars/Olympus", 7, ["Europe/Berlin"]])
def test_period_is_rejected_if_the_export_has_a_different_time_zone(zone: Any) -> None:
    assert "Europe/Berlin" in rejection(request_schedule(export=AWARDS | {"timeZone": zone}), "export.timeZone")


# ---------------------------------------------------------------- changes and lists


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"enabled": "false"}, "enabled"),
        ({"enabled": 0}, "enabled"),
        ({"enabled": None}, "enabled"),
        ({"name": None}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "Week\x00ly"}, "name"),
        ({"expression": None}, "expression"),
        ({"expression": "every Monday"}, "expression"),
        ({"expression": "rate(59 minutes)"}, "expression"),
        ({"expression": "cron(0 6 1 1 ? 2001)"}, "expression"),
        ({"timeZone": None}, "timeZone"),
        ({"timeZone": "Mars/Olympus"}, "timeZone"),
        ({"period": "previous-year"}, "period"),
        ({"export": None}, "export"),
        ({"export": {"kind": "awards"}}, "export"),
        ({"export": WELD}, "export.kind"),
        ({"export": WELD | {"kind": "badge-class"}}, "export.kind"),
        ({"export": AWARDS | {"compress": True}}, "export.compress"),
        ({"export": AWARDS | {"awardedAfter": "2026-01-01"}}, "export.awardedAfter"),
        ({"export": AWARDS | {"timeZone": "Asia/Tokyo"}}, "export.timeZone"),
        ({"export": AWARDS | {"awardedAfter": "2026-02-30"}, "period": None}, "export.awardedAfter"),
        ({"export": GROUPS}, "period"),
        ({"export": {"issuerId": "WOOD", "kind": "awards"}}, "export.issuerId"),
        ({"export": {"organizationId": "MAKERS", "kind": "awards"}}, "export.organizationId"),
        ({"notify": True}, "notify"),
        ({"name": "Another", "requestedBy": "ada@example.org"}, "requestedBy"),
        ({"id": "another"}, "id"),
    ],
    ids=lambda value: ascii(value)[:60],
)
def test_invalid_edit_changes_nothing_and_the_error_names_the_field(body: Any, field: str) -> None:
    schedule_id = create_schedule()
    before, scheduled = read_schedule(schedule_id), timing_of(schedule_id)
    rejection(ADMIN.patch(f"/schedules/{schedule_id}", body), field)
    assert read_schedule(schedule_id) == before
    assert timing_of(schedule_id) == scheduled
    OWNER.delete(f"/schedules/{schedule_id}")


@pytest.mark.parametrize(
    ("export", "field"), [(GROUPS, "period"), (AWARDS | {"awardedAfter": "2026-01-01"}, "export.awardedAfter")]
)
def test_error_for_a_conflicting_period_suggests_removing_the_period(export: dict[str, str], field: str) -> None:
    schedule_id = create_schedule()
    assert 'et "period" to null' in rejection(OWNER.patch(f"/schedules/{schedule_id}", {"export": export}), field)
    OWNER.delete(f"/schedules/{schedule_id}")


def test_error_for_an_empty_edit_lists_the_editable_fields() -> None:
    schedule_id = create_schedule()
    message = rejection(OWNER.patch(f"/schedules/{schedule_id}", {}), "body")
    assert "name, export, expression, timeZone, period, notify, deliver, enabled" in message
    OWNER.delete(f"/schedules/{schedule_id}")


def test_edit_rejected_by_event_bridge_scheduler_is_not_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    make_api_call: Any = BaseClient.__dict__["_make_api_call"]

    def rejecting(client: BaseClient, name: str, arguments: dict[str, Any]) -> Any:
        if name == "UpdateSchedule":
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "Invalid zone."}}, name)
        return make_api_call(client, name, arguments)

    schedule_id = create_schedule()
    before = read_schedule(schedule_id)
    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", rejecting)
        answer = OWNER.patch(f"/schedules/{schedule_id}", {"timeZone": "Asia/Tokyo", "name": "In Tokyo"})
    assert "Invalid zone." in rejection(answer, "expression")
    assert read_schedule(schedule_id) == before
    OWNER.delete(f"/schedules/{schedule_id}")


@pytest.mark.parametrize("odd", ["NONE", "a b", "x" * 65, "💥", "%2e%2e"])
def test_unknown_schedule_returns_not_found(odd: str) -> None:
    for answer in (
        OWNER.get(f"/schedules/{odd}"),
        OWNER.patch(f"/schedules/{odd}", {"enabled": True}),
        OWNER.delete(f"/schedules/{odd}"),
    ):
        assert (answer.status, answer.problem["code"]) == (404, "not-found")


@pytest.mark.parametrize("query", [{}, {"issuerId": "WELD", "organizationId": "MAKERS"}, {"issuerID": "WELD"}])
def test_schedule_list_requires_exactly_one_scope(query: Any) -> None:
    rejection(ADMIN.get("/schedules", query=query), "organizationId")


@pytest.mark.parametrize(("name", "value"), [("limit", "0"), ("limit", "101"), ("limit", "x"), ("cursor", "x")])
def test_invalid_limit_or_cursor_is_rejected(name: str, value: str) -> None:
    rejection(OWNER.get("/schedules", query={"issuerId": "WELD", name: value}), name)


def test_cursor_for_another_list_is_rejected() -> None:
    made_ids = [create_schedule(), create_schedule()]
    cursor = OWNER.get("/schedules", query=WELD | {"limit": "1"}).json["nextCursor"]
    rejection(OWNER.get("/exports", query=WELD | {"cursor": cursor}), "cursor")
    for schedule_id in made_ids:
        OWNER.delete(f"/schedules/{schedule_id}")
