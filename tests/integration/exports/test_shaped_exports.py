"""Exports shaped by columns, filters, separators, and scope."""

import csv
import io
from itertools import pairwise
from typing import Any

import boto3
import pytest

from badgedata.config import config
from badgedata.exports import raw_queries
from badgedata.exports.columns import COLUMNS
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
from tests.integration.exports.odd_records import put
from tests.integration.exports.reading import columns_of, read_csv
from tests.integration.exports.running import ISSUER, ORGANIZATION, exported, file_of, run_export, start_export
from tests.integration.exports.welding_school import ADMIN as ADMIN_EMAIL
from tests.support.api_client import Answer, Person, call
from tests.support.query_pages import limit_query_pages

pytestmark = pytest.mark.usefixtures("school")

ADMIN = Person(ADMIN_EMAIL)
AWARDS = "awards"


def refused(body: dict[str, Any], field: str, scope: str = "/issuers/WELD") -> str:
    """Check that an export is rejected because of a field, and return the message."""
    answer = ADMIN.post(f"{scope}/exports", body)
    assert (answer.status, answer.wrong_fields) == (422, [field]), answer.text
    assert ADMIN.post(f"{scope}/exports/preview", body).wrong_fields == [field]
    return str(answer.problem["errors"][0]["message"])


def ids(**options: Any) -> list[str]:
    return [row["Award ID"] for row in read_csv(exported(ISSUER, AWARDS, **options))]


# ---------------------------------------------------------------- columns


@pytest.mark.parametrize("kind", COLUMNS)
def test_file_has_the_selected_columns_in_the_selected_order(kind: str) -> None:
    names = [column.name for column in COLUMNS[kind]]
    for selection in (names, names[::-1], names[1:2]):
        assert columns_of(exported(ISSUER, kind, columns=selection)) == selection


@pytest.mark.parametrize("kind", COLUMNS)
def test_cells_do_not_depend_on_the_selected_columns(kind: str) -> None:
    names = [column.name for column in COLUMNS[kind]]
    everything = read_csv(exported(ISSUER, kind, columns=names[::-1]))
    default = read_csv(exported(ISSUER, kind))
    assert default
    assert [{name: row[name] for name in default[0]} for row in everything] == default


def test_selecting_all_default_award_columns_produces_the_same_bytes() -> None:
    names = [column.name for column in COLUMNS[AWARDS] if column.default]
    assert exported(ISSUER, AWARDS, columns=names) == exported(ISSUER, AWARDS)
    # With an additional column, a different encoder writes the rows.
    shorter = read_csv(exported(ISSUER, AWARDS, columns=names[:-1]))
    assert shorter == [
        {name: cell for name, cell in row.items() if name != names[-1]} for row in read_csv(exported(ISSUER, AWARDS))
    ]


TEXT_ATTRIBUTES = {
    "awardId": "Award ID",
    "badgeClassId": "Badge Class ID",
    "recipientType": "Recipient Type",
    "recipientIdentity": "Recipient Identifier",
    "recipientName": "Recipient Name",
    "issuedOn": "Issued On",
    "expires": "Expires On",
    "narrative": "Narrative",
    "revocationReason": "Revocation Reason",
}


@pytest.mark.parametrize("attribute", TEXT_ATTRIBUTES)
@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@x", "＝1", "a;=1", 'a,"b"', "\t=1", "x\r\n=2", "=é", "\0=1"])
def test_award_text_never_becomes_a_formula_regardless_of_columns(attribute: str, text: str) -> None:
    award = next(Award.by_badge_class.query("BC-3"))
    key = {"issuerId": {"S": "WELD"}, "issuedOnAwardId": {"S": award.issued_on_award_id}}
    boto3.client("dynamodb").update_item(
        TableName=config().awards_table,
        Key=key,
        UpdateExpression="SET #attribute = :text",
        ExpressionAttributeNames={"#attribute": attribute},
        ExpressionAttributeValues={":text": {"S": text}},
    )
    default = read_csv(exported(ISSUER, AWARDS))
    names = [column.name for column in COLUMNS[AWARDS] if column.default]
    others = read_csv(exported(ISSUER, AWARDS, columns=names[::-1]))
    assert default == others
    (row,) = [
        row
        for row in default
        if row["Badge Class ID"] == "BC-3" or (attribute == "badgeClassId" and row["Award ID"] == "P1")
    ]
    assert not row[TEXT_ATTRIBUTES[attribute]].startswith(("=", "+", "-", "@", "＝", "\t"))


def test_additional_award_columns_show_badge_details_urls_and_dates() -> None:
    names = [column.name for column in COLUMNS[AWARDS] if not column.default]
    rows = read_csv(exported(ISSUER, AWARDS, timeZone="Europe/Paris", columns=["Award ID", *names]))
    by_id = {row["Award ID"]: row for row in rows}
    base_url = config().public_base_url
    assert by_id["A3"] == {
        "Award ID": "A3",
        "Badge Description": "Welds",
        "Badge Tags": "metal; fire",
        "Badge Image URL": f"{base_url}/public/badges/BC-1/image",
        "Award Image URL": f"{base_url}/public/assertions/A3/image",
        "Badge URL": f"{base_url}/public/badges/BC-1",
        "Issuer URL": f"{base_url}/public/issuers/WELD",
        "Issued Date": "2026-03-01",
        "Expires Date": "2027-03-01",
        "Evidence Count": "3",
    }
    assert by_id["A1"]["Issued Date"] == "2025-07-01"  # 22:00 UTC is past midnight in Paris
    assert by_id["A2"]["Award Image URL"] == "https://elsewhere.example.org/baked.png"
    assert by_id["A0"]["Award Image URL"] == by_id["A0"]["Expires Date"] == ""


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("time", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_days_at_the_limits_of_the_calendar_are_exported(time: str, zone: str) -> None:
    next(Award.by_badge_class.query("BC-3")).update([Award.expires.set(time)])
    rows = read_csv(exported(ISSUER, AWARDS, columns=["Award ID", "Expires Date"], timeZone=zone))
    assert {row["Award ID"]: row["Expires Date"] for row in rows}["P1"] in (time[:10], "9999-12-31", "0001-01-01")


@pytest.mark.parametrize(
    ("columns", "field", "expected"),
    [
        ([], "columns", "at least one"),
        (["Award ID", "award id"], "columns.1", '"award id"'),
        (["Award ID", "Status", "Award ID"], "columns.2", "only once"),
        (["Group ID"], "columns.0", "Badge Name"),
    ],
)
def test_invalid_columns_are_rejected_and_named(columns: list[str], field: str, expected: str) -> None:
    assert expected in refused({"kind": AWARDS, "columns": columns}, field)


def test_columns_and_options_that_add_columns_cannot_be_combined() -> None:
    refused({"kind": "groups", "columns": ["Group ID"], "includeStaff": True}, "includeStaff")


def test_columns_cannot_be_selected_for_documents() -> None:
    for body in ({"kind": "issuer", "columns": ["Group ID"]}, {"kind": "issuer", "format": "csv"}):
        answer = ADMIN.post("/issuers/WELD/exports", body)
        assert (answer.status, answer.wrong_fields) == (422, [list(body)[1]])


def test_column_list_is_available_without_a_token() -> None:
    published = call("GET", "/export-columns", email=None).json
    assert {kind: [column["name"] for column in columns] for kind, columns in published.items()} == {
        kind: [column.name for column in columns] for kind, columns in COLUMNS.items()
    }
    assert {column["name"]: column["default"] for column in published[AWARDS]} == {
        column.name: column.default for column in COLUMNS[AWARDS]
    }


# ---------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["revoked"], ["A1", "A2"]),
        (["active"], ["P1", "A0", "A3", "A4"]),
        (["active", "revoked"], ["A1", "A2", "P1", "A0", "A3", "A4"]),
        (["expired"], []),
        (["expired", "active", "revoked"], ["A1", "A2", "P1", "A0", "A3", "A4"]),
    ],
)
def test_awards_are_filtered_by_status(statuses: list[str], expected: list[str]) -> None:
    assert ids(status=statuses) == expected


@pytest.mark.parametrize(
    "statuses",
    [[], ["active"] * 2, ["active"] * 60_000, ["Active"], ["active", "lost"], "active"],
    ids=lambda statuses: str(statuses)[:30],
)
def test_unknown_statuses_are_rejected(statuses: Any) -> None:
    answer = ADMIN.post("/issuers/WELD/exports", {"kind": AWARDS, "status": statuses})
    assert answer.status == 422
    assert answer.wrong_fields[0].startswith("status")


@pytest.mark.parametrize(
    ("badge_class_ids", "expected"),
    [
        (["BC-3"], ["P1"]),
        (["BC-3", "BC-1"], ["A1", "A2", "P1", "A0", "A3", "A4"]),
        (["BC-1", "BC-2", "BC-1"], ["A1", "A2", "A0", "A3", "A4"]),
        (["BC-2"], []),
    ],
)
def test_awards_are_filtered_by_badge_class(badge_class_ids: list[str], expected: list[str]) -> None:
    assert ids(badgeClassIds=badge_class_ids) == expected
    of_organization = exported(ORGANIZATION, AWARDS, badgeClassIds=badge_class_ids)
    assert [row["Award ID"] for row in read_csv(of_organization)] == expected


def test_awards_of_selected_badge_classes_are_read_from_their_index(monkeypatch: pytest.MonkeyPatch) -> None:
    queries: list[dict[str, Any]] = []
    sent = raw_queries.SentQuery

    def note(query: dict[str, Any]) -> Any:
        queries.append(query)
        return sent(query)

    monkeypatch.setattr("badgedata.exports.award_queries.SentQuery", note)
    ids(badgeClassIds=["BC-3"], awardedAfter="2026-01-01")
    assert {query["IndexName"] for query in queries} == {"by-badge-class"}
    assert {query["ExpressionAttributeValues"][":badge_class"]["S"] for query in queries} == {"BC-3"}


def test_selecting_all_badge_classes_does_not_change_the_order_of_awards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("badgedata.exports.award_queries.MAX_MERGED_ITEMS", 4)
    monkeypatch.setattr("badgedata.exports.award_queries.MIN_MERGED_ITEMS", 2)
    everything = exported(ISSUER, AWARDS)
    assert exported(ISSUER, AWARDS, badgeClassIds=["BC-3", "BC-2", "BC-1"]) == everything


@pytest.mark.parametrize(
    ("badge_class_ids", "field"),
    [
        ([], "badgeClassIds"),
        (["BC-1"] * 101, "badgeClassIds"),
        (["BC-1", "NONE"], "badgeClassIds.1"),
        (["BC-1", "a b"], "badgeClassIds.1"),
        ([""], "badgeClassIds.0"),
    ],
)
def test_badge_classes_outside_the_scope_are_rejected(badge_class_ids: list[str], field: str) -> None:
    refused({"kind": AWARDS, "badgeClassIds": badge_class_ids}, field)
    refused({"kind": AWARDS, "badgeClassIds": badge_class_ids}, field, "/organizations/MAKERS")


def test_export_names_a_selected_badge_class_that_was_deleted_before_the_export_ran() -> None:
    export = start_export(ISSUER, AWARDS, badgeClassIds=["BC-1", "BC-3"])
    BadgeClass.get(*BadgeClass.key("BC-3")).delete()
    failed = run_export(export)
    assert (failed.status, failed.error_code) == ("failed", "unreadable-data")
    assert "BC-3" in failed.error_message


def test_repeated_request_returns_the_first_export_after_its_badge_class_was_deleted() -> None:
    def request() -> Answer:
        body = {"kind": AWARDS, "badgeClassIds": ["BC-3"]}
        return ADMIN.post("/issuers/WELD/exports", body, headers={"Idempotency-Key": "same"})

    first = request().json["id"]
    BadgeClass.get(*BadgeClass.key("BC-3")).delete()
    assert (request().status, request().json["id"]) == (202, first)


@pytest.mark.parametrize("options", [{}, {"badgeClassIds": ["BC-1"]}])
def test_failed_award_export_names_the_badge_class_that_cannot_be_read(options: dict[str, Any]) -> None:
    put(BadgeClass.get(*BadgeClass.key("BC-1")), "name", 7)
    failed = run_export(start_export(ISSUER, AWARDS, **options))
    assert (failed.status, failed.error_code) == ("failed", "unreadable-data")
    assert "badge class" in failed.error_message


def test_another_issuers_badge_class_looks_like_an_unknown_one() -> None:
    answers = [
        ADMIN.post("/issuers/WOOD/exports", {"kind": AWARDS, "badgeClassIds": [badge_class_id]}).problem["errors"]
        for badge_class_id in ("BC-1", "BC-9")
    ]
    assert str(answers[0]).replace("BC-1", "BC-9") == str(answers[1])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"expiresAfter": "2027-03-01"}, ["A3"]),
        ({"expiresBefore": "2027-03-01"}, ["A3"]),
        ({"expiresBefore": "2027-02-28"}, []),
        ({"expiresAfter": "2027-03-01T10:00:00Z", "expiresBefore": "2027-03-01T10:00:01Z"}, ["A3"]),
        ({"expiresBefore": "2027-03-01T10:00:00Z"}, []),
        ({"expiresAfter": "2027-03-02", "timeZone": "Pacific/Kiritimati"}, ["A3"]),
        ({"expiresAfter": "2027-01-01", "badgeClassIds": ["BC-3"]}, []),
        ({"expiresAfter": "2027-01-01", "status": ["active"], "awardedBefore": "2026-03-01"}, ["A3"]),
    ],
)
def test_awards_are_filtered_by_expiry_time(options: dict[str, Any], expected: list[str]) -> None:
    assert ids(**options) == expected


def test_invalid_expiry_dates_are_rejected() -> None:
    refused({"kind": AWARDS, "expiresAfter": "2026-02-30"}, "expiresAfter")
    refused({"kind": AWARDS, "expiresAfter": "2026-02-02", "expiresBefore": "2026-02-01"}, "expiresAfter")
    refused({"kind": AWARDS, "expiresBefore": "soon"}, "expiresBefore")


def test_failed_filtered_export_names_the_award_with_an_invalid_expiry() -> None:
    award = next(Award.by_badge_class.query("BC-3"))
    award.update([Award.expires.set("never")])
    export = run_export(start_export(ISSUER, AWARDS, expiresAfter="2026-01-01"))
    assert (export.status, export.error_code) == ("failed", "unreadable-data")
    assert "P1" in export.error_message


@pytest.mark.parametrize(
    "filters", [{"status": ["revoked"]}, {"badgeClassIds": ["BC-1", "BC-3"]}, {"columns": ["Status"]}]
)
def test_hand_offs_do_not_change_a_filtered_export(filters: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = exported(ISSUER, AWARDS, **filters)
    limit_query_pages(1, monkeypatch)
    monkeypatch.setattr("badgedata.exports.award_queries.MAX_MERGED_ITEMS", 1)
    export = start_export(ISSUER, AWARDS, **filters)
    assert file_of(run_export(export, seconds=0)) == whole


# ---------------------------------------------------------------- separators and stored values


@pytest.mark.parametrize(("separator", "character"), [("comma", ","), ("semicolon", ";"), ("tab", "\t")])
@pytest.mark.parametrize("kind", COLUMNS)
def test_cells_are_the_same_with_every_separator(kind: str, separator: str, character: str) -> None:
    data = exported(ISSUER, kind, separator=separator, byteOrderMark=False).decode()
    rows = list(csv.reader(io.StringIO(data, newline=""), delimiter=character, strict=True))
    comma = exported(ISSUER, kind, byteOrderMark=False).decode()
    assert rows == list(csv.reader(io.StringIO(comma, newline=""), strict=True))


def test_tab_separated_file_is_a_tsv_file() -> None:
    export = ADMIN.post("/issuers/WELD/exports", {"kind": AWARDS, "separator": "tab"}).json
    finished = run_export(start_export(ISSUER, AWARDS, separator="tab"))
    assert str(finished.file_name).endswith(".tsv")
    assert export["options"]["separator"] == "tab"
    head: Any = boto3.client("s3").head_object(Bucket=config().exports_bucket, Key=finished.object_key)
    assert head["ContentType"] == "text/tab-separated-values; charset=utf-8"


def test_stored_values_are_exported_unchanged_on_request() -> None:
    safe = read_csv(exported(ISSUER, AWARDS, badgeClassIds=["BC-3"]))[0]
    stored = read_csv(exported(ISSUER, AWARDS, badgeClassIds=["BC-3"], spreadsheetSafe=False))[0]
    assert (safe["Badge Name"], stored["Badge Name"]) == ("'=Plumber", "=Plumber")
    assert {name: cell for name, cell in safe.items() if name != "Badge Name"} == {
        name: cell for name, cell in stored.items() if name != "Badge Name"
    }


@pytest.mark.parametrize("option", [{"separator": "comma"}, {"byteOrderMark": True}, {"spreadsheetSafe": True}])
def test_csv_options_are_rejected_for_workbooks(option: dict[str, Any]) -> None:
    refused({"kind": AWARDS, "format": "xlsx", **option}, next(iter(option)))


@pytest.mark.parametrize(
    ("option", "value"),
    [("format", "xls"), ("separator", ";"), ("spreadsheetSafe", "no"), ("spreadsheetSafe", None), ("columns", "ID")],
)
def test_unknown_option_values_are_rejected(option: str, value: Any) -> None:
    refused({"kind": AWARDS, option: value}, option)


# ---------------------------------------------------------------- organizations and badges


@pytest.mark.parametrize("kind", ["groups", "group-badges", "learner-progress"])
def test_organization_group_rows_begin_with_the_issuer(kind: str) -> None:
    rows = read_csv(exported(ORGANIZATION, kind, includeArchived=True))
    of_issuer = read_csv(exported(ISSUER, kind, includeArchived=True))
    assert list(rows[0])[:2] == ["Issuer ID", "Issuer Name"]
    assert [row for row in rows if row["Issuer ID"] == "WELD"] == [
        {"Issuer ID": "WELD", "Issuer Name": "École de soudure"} | row for row in of_issuer
    ]
    assert all(one["Issuer ID"] <= other["Issuer ID"] for one, other in pairwise(rows))


@pytest.mark.usefixtures("counted")
def test_each_badge_has_a_row_with_its_award_counts() -> None:
    rows = read_csv(exported(ORGANIZATION, "badges"))
    assert [row["Badge Class ID"] for row in rows] == ["BC-1", "BC-2", "BC-3"]
    assert rows[0] == {
        "Badge Class ID": "BC-1",
        "Badge Name": "Welder",
        "Issuer ID": "WELD",
        "Issuer Name": "École de soudure",
        "Tags": "metal; fire",
        "Created On": "2024-01-01T09:00:00Z",
        "Awards": "5",
        "Last Awarded On": "2026-04-01T00:00:00Z",
        "Badge URL": f"{config().public_base_url}/public/badges/BC-1",
    }
    assert (rows[1]["Awards"], rows[1]["Last Awarded On"], rows[1]["Created On"]) == ("0", "", "")
    assert rows == read_csv(exported(ISSUER, "badges"))


def test_badge_list_cannot_be_exported_for_a_single_badge_class() -> None:
    assert ADMIN.post("/badge-classes/BC-1/exports", {"kind": "badges"}).status == 422
