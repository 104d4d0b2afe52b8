"""The columns of exported tables: their selection, order, and values."""

import boto3
import pytest

from badgedata.config import config
from badgedata.exports.columns import COLUMNS
from badgedata.records.awards import Award
from tests.integration.exports.reading import columns_of, read_csv
from tests.integration.exports.rejections import ADMIN, rejected
from tests.integration.exports.running import ISSUER, exported
from tests.support.api_client import call

pytestmark = pytest.mark.usefixtures("school")

AWARDS = "awards"


@pytest.mark.parametrize("kind", COLUMNS)
def test_file_has_the_selected_columns_in_the_selected_order(kind: str) -> None:
    names = [column.name for column in COLUMNS[kind]]
    for selection in (names, names[::-1], names[1:2]):
        assert columns_of(exported(ISSUER, kind, columns=selection)) == selection


@pytest.mark.parametrize("kind", [kind for kind in COLUMNS if kind != "trail"])  # each request adds an entry to it
def test_selecting_columns_does_not_change_cell_values(kind: str) -> None:
    names = [column.name for column in COLUMNS[kind]]
    everything = read_csv(exported(ISSUER, kind, columns=names[::-1]))
    default = read_csv(exported(ISSUER, kind))
    assert default
    assert [{name: row[name] for name in default[0]} for row in everything] == default


def test_selecting_the_default_award_columns_does_not_change_the_bytes() -> None:
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
def test_award_text_never_becomes_a_formula_regardless_of_the_selected_columns(attribute: str, text: str) -> None:
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
def test_first_and_last_calendar_dates_are_exported(time: str, zone: str) -> None:
    next(Award.by_badge_class.query("BC-3")).update([Award.expires.set(time)])
    rows = read_csv(exported(ISSUER, AWARDS, columns=["Award ID", "Expires Date"], timeZone=zone))
    assert {row["Award ID"]: row["Expires Date"] for row in rows}["P1"] in (time[:10], "9999-12-31", "0001-01-01")


@pytest.mark.parametrize(
    ("columns", "field", "expected"),
    [
        ([], "columns", "at least one"),
        (["Award ID", "award id"], "columns.1", '"award id"'),
        (["Award ID", "Status", "Award ID"], "columns.2", "more than once"),
        (["Group ID"], "columns.0", "Badge Name"),
    ],
)
def test_error_names_the_invalid_columns(columns: list[str], field: str, expected: str) -> None:
    assert expected in rejected({"kind": AWARDS, "columns": columns}, field)


def test_columns_cannot_be_combined_with_options_that_add_columns() -> None:
    rejected({"kind": "groups", "columns": ["Group ID"], "includeStaff": True}, "includeStaff")


def test_columns_are_rejected_for_json_documents() -> None:
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
