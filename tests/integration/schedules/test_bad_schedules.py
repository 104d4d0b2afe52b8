"""Schedules that can't be: each gets a problem that names the field, and none is left anywhere."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from badgedata.config import config
from tests.integration.api.client import Answer
from tests.integration.api.organizations import ADMIN, OWNER
from tests.integration.schedules.scheduling import AWARDS, all_in_event_bridge, ask, listed, made, seen

WELD = {"issuerId": "WELD"}
GROUPS = WELD | {"kind": "groups"}


@pytest.fixture(autouse=True)
def _nothing_is_left(organizations_to_read: None) -> Iterator[None]:
    """Whatever a test here sends, it is as if nobody had asked."""
    yield
    operations: Any = boto3.client("dynamodb").scan(TableName=config().operations_table)
    assert [item for item in operations["Items"] if item.get("schedules") != {"N": "0"}] == []
    assert all_in_event_bridge() == {}


def refused(answer: Answer, *fields: str) -> str:
    """Check a 422 that names these fields, and give what it says of the first."""
    assert (answer.status, answer.problem["code"]) == (422, "invalid-request"), answer.text
    assert answer.wrong_fields == list(fields)
    return str(answer.problem["errors"][0]["message"])


# ---------------------------------------------------------------- the schedule


@pytest.mark.parametrize("body", ["", "[]", "null", '{"name": ', '"rate(1 day)"'])
def test_a_body_that_is_no_json_object_is_malformed(body: str) -> None:
    answer = OWNER.post("/schedules", body)
    assert (answer.status, answer.problem["code"]) == (400, "malformed-request")


def test_a_field_that_is_not_known_is_named_with_its_value() -> None:
    assert '"Europe/Paris"' in refused(ask(timezone="Europe/Paris"), "timezone")
    refused(ask(enabled=False), "enabled")


@pytest.mark.parametrize("field", ["name", "export", "expression"])
def test_what_is_left_out_is_asked_for(field: str) -> None:
    left_out: dict[str, Any] = {field: None}
    assert refused(ask(**left_out), field) == "This field is required."


@pytest.mark.parametrize("name", ["", "   ", "\t\n", "x" * 101, 7, ["Weekly"]])
def test_a_name_is_a_text_of_1_to_100_characters(name: Any) -> None:
    refused(ask(name=name), "name")


def test_a_control_character_in_a_name_is_named() -> None:
    message = refused(ask(name="Week\x00ly"), "name")
    assert message == 'Character 5 is the control character U+0000; it was "Week\\u0000ly".'


@pytest.mark.parametrize(
    "expression",
    [
        "", "every Monday", "at(2027-01-01T00:00:00)", "rate(0 hours)", "rate(30 seconds)", "rate(367 days)",
        "cron(0 6 * * MON)", "cron(0 6 * * MON *)", "cron(60 6 ? * MON *)", "cron(0 6 30 2 ? *)",
        "cron(0 6 1 1 ? 2001)", "💥", 7, ["rate(1 day)"], "cron(" + "0" * 1_000_000 + ")",
    ],
    ids=lambda expression: ascii(expression)[:24],
)  # fmt: skip
def test_an_expression_that_is_none_or_never_comes_is_named(expression: Any) -> None:
    answer = ask(expression=expression)
    message = refused(answer, "expression")
    assert json.dumps(expression, separators=(",", ":"), ensure_ascii=False)[:60] in message
    assert len(answer.text) < 1000


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "+01:00", "", "../../etc/passwd", "UTC\x00", 1, ["UTC"]])
@pytest.mark.parametrize("period", ["previous-week", None])
def test_a_time_zone_that_does_not_exist_is_named(zone: Any, period: str | None) -> None:
    refused(ask(timeZone=zone, period=period), "timeZone")


@pytest.mark.parametrize("period", ["last-week", "previous-year", "", 7, ["previous-day"]])
def test_a_period_that_is_not_known_is_named(period: Any) -> None:
    assert "previous-month" in refused(ask(period=period), "period")


def test_what_event_bridge_scheduler_does_not_take_is_refused_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    make_api_call: Any = BaseClient.__dict__["_make_api_call"]

    def refusing(client: BaseClient, name: str, arguments: dict[str, Any]) -> Any:
        if name == "CreateSchedule":
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "Invalid zone."}}, name)
        return make_api_call(client, name, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", refusing)
    assert "Invalid zone." in refused(ask(), "expression")
    assert listed() == []


# ---------------------------------------------------------------- its export


@pytest.mark.parametrize(
    "scope",
    [{}, {"issuerId": "WELD", "organizationId": "MAKERS"}, WELD | {"badgeClassId": "BC-WELD-1"}],
    ids=lambda scope: " ".join(scope) or "none",
)
def test_an_export_is_of_exactly_one_scope(scope: dict[str, str]) -> None:
    message = refused(ask(ADMIN, export=scope | {"kind": "awards"}), "export")
    assert "exactly one of organizationId, issuerId and badgeClassId" in message


@pytest.mark.parametrize("export", ["awards", [], 7])
def test_an_export_is_an_object(export: Any) -> None:
    refused(ask(export=export), "export")


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
def test_a_kind_that_is_not_of_the_scope_is_named_as_are_those_that_are(export: Any, possible: str) -> None:
    assert possible in refused(ask(ADMIN, export=export, period=None), "export.kind")


def test_a_kind_that_is_left_out_is_asked_for() -> None:
    refused(ask(export=WELD), "export.kind")


@pytest.mark.parametrize("scope_id", [7, ["WELD"], {"id": "WELD"}])
def test_an_id_is_a_text(scope_id: Any) -> None:
    refused(ask(export={"issuerId": scope_id, "kind": "awards"}), "export.issuerId")


@pytest.mark.parametrize("scope_id", ["", "../WELD", "a b", "x" * 65, "💥"])
@pytest.mark.parametrize("name", ["organizationId", "issuerId", "badgeClassId"])
def test_an_id_that_can_not_be_one_is_not_found(name: str, scope_id: str) -> None:
    kind = "badge-class" if name == "badgeClassId" else "awards"
    answer = ask(export={name: scope_id, "kind": kind}, period=None)
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
def test_an_option_that_is_wrong_is_named_where_it_is(export: Any, field: str) -> None:
    refused(ask(export=export, period=None), f"export.{field}")


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
def test_a_period_is_only_for_a_kind_that_has_award_dates(export: dict[str, str]) -> None:
    assert export["kind"] in refused(ask(export=export), "period")


@pytest.mark.parametrize("field", ["awardedAfter", "awardedBefore"])
def test_a_period_and_dates_can_not_both_be_given(field: str) -> None:
    assert "previous-week" in refused(ask(export=AWARDS | {field: "2026-01-01"}), f"export.{field}")


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Mars/Olympus", 7, ["Europe/Berlin"]])
def test_a_period_goes_by_the_schedules_time_zone_and_no_other(zone: Any) -> None:
    assert "Europe/Berlin" in refused(ask(export=AWARDS | {"timeZone": zone}), "export.timeZone")


# ---------------------------------------------------------------- changes and lists


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "enabled"),
        ({"enabled": "false"}, "enabled"),
        ({"enabled": 0}, "enabled"),
        ({"enabled": None}, "enabled"),
        ({"enabled": False, "name": "Another"}, "name"),
        ({"enabled": False, "expression": "rate(1 day)"}, "expression"),
    ],
    ids=str,
)
def test_a_change_turns_a_schedule_on_or_off_and_nothing_else(body: Any, field: str) -> None:
    schedule_id = made()
    before = seen(schedule_id)
    refused(OWNER.patch(f"/schedules/{schedule_id}", body), field)
    assert seen(schedule_id) == before
    OWNER.delete(f"/schedules/{schedule_id}")


@pytest.mark.parametrize("odd", ["NONE", "a b", "x" * 65, "💥", "%2e%2e"])
def test_a_schedule_that_does_not_exist_is_not_found(odd: str) -> None:
    for answer in (
        OWNER.get(f"/schedules/{odd}"),
        OWNER.patch(f"/schedules/{odd}", {"enabled": True}),
        OWNER.delete(f"/schedules/{odd}"),
    ):
        assert (answer.status, answer.problem["code"]) == (404, "not-found")


@pytest.mark.parametrize("query", [{}, {"issuerId": "WELD", "organizationId": "MAKERS"}, {"issuerID": "WELD"}])
def test_schedules_are_asked_of_exactly_one_scope(query: Any) -> None:
    refused(ADMIN.get("/schedules", query=query), "organizationId")


@pytest.mark.parametrize(("name", "value"), [("limit", "0"), ("limit", "101"), ("limit", "x"), ("cursor", "x")])
def test_a_page_that_can_not_be_is_refused(name: str, value: str) -> None:
    refused(OWNER.get("/schedules", query={"issuerId": "WELD", name: value}), name)


def test_a_cursor_of_another_list_is_refused() -> None:
    made_ids = [made(), made()]
    cursor = OWNER.get("/schedules", query=WELD | {"limit": "1"}).json["nextCursor"]
    refused(OWNER.get("/exports", query=WELD | {"cursor": cursor}), "cursor")
    for schedule_id in made_ids:
        OWNER.delete(f"/schedules/{schedule_id}")
