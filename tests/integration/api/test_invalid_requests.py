"""Invalid requests: each is rejected with a problem that states what to fix, and changes nothing."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from badgedata.config import config
from functions.api.api.http.cursors import write_cursor
from tests.support.api_client import Answer, call, rejection
from tests.support.organizations import ADMIN, OWNER

EXPORTS = "/issuers/WELD/exports"


@pytest.fixture(autouse=True)
def _nothing_changes(organizations_to_read: None) -> Iterator[None]:
    """Check that a test's requests create no exports, and no entries in the trail."""
    yield
    for table in (config().operations_table, config().trail_table):
        assert boto3.client("dynamodb").scan(TableName=table)["Count"] == 0


def post_export(body: Any = None, **more: Any) -> Answer:
    return OWNER.post(EXPORTS, body, **more)


# ---------------------------------------------------------------- malformed bodies


@pytest.mark.parametrize(
    "body",
    [
        '{"kind": ', "kind=awards", "", "  ", "[]", '"awards"', "1", "null", "true",
        '{"kind": NaN}', '{"kind": "\\ud800"}', "[" * 100_000, '{"kind": ' + "9" * 5000 + "}", "\ufeff{}", "\x00",
    ],
    ids=lambda body: body[:12].encode("unicode_escape").decode(),
)  # fmt: skip
def test_body_that_is_not_a_json_object_is_rejected(body: str) -> None:
    answer = post_export(body)
    assert (answer.status, answer.problem["code"]) == (400, "malformed-request")
    assert "application/json" in answer.problem["detail"]
    assert len(answer.text) < 600


def test_request_without_a_body_is_rejected() -> None:
    answer = call("POST", EXPORTS, email=OWNER.email, body=None)
    assert (answer.status, answer.problem["code"]) == (400, "malformed-request")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "text/xml", "multipart/form-data; boundary=x", "é", "application/octet-stream"]
)
def test_json_with_the_wrong_content_type_is_rejected(content_type: str) -> None:
    answer = post_export({"kind": "awards"}, headers={"Content-Type": content_type})
    assert (answer.status, answer.problem["code"]) == (400, "malformed-request")


def test_form_data_is_rejected() -> None:
    answer = post_export("kind=awards&timeZone=UTC", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status, answer.problem["code"]) == (400, "malformed-request")


@pytest.mark.parametrize("body", ["not base64!", base64.b64encode(b'{"kind": "\xff"}').decode()])
def test_body_that_is_not_text_is_rejected(body: str) -> None:
    answer = post_export(body, isBase64Encoded=True)
    assert (answer.status, answer.problem["code"]) == (400, "malformed-request")


# ---------------------------------------------------------------- invalid fields


def test_error_for_an_unknown_field_names_the_field_and_its_value() -> None:
    message = rejection(post_export({"kind": "awards", "awardedSince": "2026-01-01"}), "awardedSince")
    assert '"2026-01-01"' in message


@pytest.mark.parametrize("kind", ["badge", "AWARDS", "", None, 1, ["awards"], {"kind": "awards"}, "x" * 1_000_000])
def test_unknown_export_kind_is_rejected(kind: Any) -> None:
    answer = post_export({"kind": kind})
    message = rejection(answer, "kind")
    assert "awards" in message
    assert json.dumps(kind, separators=(",", ":"))[:80] in message
    assert len(answer.text) < 1000


def test_missing_export_kind_is_rejected() -> None:
    assert rejection(post_export({}), "kind") == "This field is required."


@pytest.mark.parametrize("value", ["true", "false", 1, 0, None, [], "yes"])
def test_non_boolean_option_is_rejected(value: Any) -> None:
    rejection(post_export({"kind": "awards", "byteOrderMark": value}), "byteOrderMark")


@pytest.mark.parametrize("field", ["awardedAfter", "awardedBefore"])
@pytest.mark.parametrize(
    "date",
    [
        "2026-02-30", "2026-13-01", "0000-01-01", "10000-01-01", "2026-1-1", "20260101", "2026-W05-1", "tomorrow", "",
        "2026-01-01T00:00:00", "2026-01-01T00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z",
        "2026-01-01T00:00:00+24:00", "2026-01-01 ", " 2026-01-01", "٢٠٢٦-01-01", "2026-01-01\n", "\x00" * 100,
        "x" * 1_000_000, "2026-01-01T00:00:00." + "0" * 1_000_000 + "Z",
    ],
    ids=lambda date: date[:32].encode("unicode_escape").decode(),
)  # fmt: skip
def test_invalid_date_is_rejected(field: str, date: str) -> None:
    answer = post_export({"kind": "awards", field: date})
    message = rejection(answer, field)
    assert json.dumps(date, ensure_ascii=False)[:80] in message
    assert len(answer.text) < 1000


@pytest.mark.parametrize("date", [20260101, True, ["2026-01-01"], {}])
def test_non_string_date_is_rejected(date: Any) -> None:
    rejection(post_export({"kind": "awards", "awardedAfter": date}), "awardedAfter")


@pytest.mark.parametrize(
    ("after", "before"),
    [
        ("2026-02-01", "2026-01-31"),
        ("2026-12-31", "2020-01-01"),
        ("2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:30:00+01:00"),
        ("2026-02-01T00:00:00Z", "2026-01-31"),
    ],
)
def test_date_range_that_ends_before_it_starts_is_rejected(after: str, before: str) -> None:
    message = rejection(post_export({"kind": "awards", "awardedAfter": after, "awardedBefore": before}), "awardedAfter")
    assert after in message
    assert before in message


@pytest.mark.parametrize(
    "zone",
    [
        "Mars/Olympus", "europe", "Europe", "+01:00", "", "../../etc/passwd", "/etc/localtime", "UTC\x00", "💥",
        "x" * 1_000_000,
    ],
    ids=lambda zone: zone[:20].encode("unicode_escape").decode(),
)  # fmt: skip
def test_unknown_time_zone_is_rejected(zone: str) -> None:
    answer = post_export({"kind": "awards", "timeZone": zone})
    message = rejection(answer, "timeZone")
    assert json.dumps(zone, ensure_ascii=False)[:80] in message
    assert len(answer.text) < 1000


def test_error_about_a_hundred_thousand_invalid_fields_is_truncated() -> None:
    answer = post_export({"kind": "awards"} | {f"x{n}": n for n in range(100_000)})
    assert (answer.status, len(answer.wrong_fields)) == (422, 20)
    assert "99,995 more" in answer.problem["detail"]


def test_error_quotes_at_most_80_characters_of_a_value() -> None:
    answer = post_export({"kind": "awards", "y" * 1_000_000: "z" * 1_000_000})
    assert answer.status == 422
    assert "y" * 80 in answer.text
    assert "y" * 81 not in answer.text
    assert "z" * 81 not in answer.text


# ---------------------------------------------------------------- parameters


@pytest.mark.parametrize("limit", ["0", "-1", "101", "abc", "", "1.5", "1e2", "9" * 5000])
@pytest.mark.parametrize("path", ["/exports", "/issuers/WELD/badge-classes"])
def test_limit_must_be_a_number_from_1_to_100(path: str, limit: str) -> None:
    rejection(OWNER.get(path, query={"issuerId": "WELD", "limit": limit}), "limit")


@pytest.mark.parametrize("name", ["limit", "cursor", "issuerId"])
def test_repeated_parameter_is_rejected(name: str) -> None:
    message = rejection(OWNER.get("/exports", query={"issuerId": "WELD"} | {name: ["1", "2"]}), name)
    assert message == "Must be specified only once."


@pytest.mark.parametrize(
    "query",
    [{}, {"issuerId": "WELD", "organizationId": "MAKERS"}, {"issuerID": "WELD"}, {"issuerId": "", "badgeClassId": ""}],
)
def test_export_list_requires_exactly_one_scope(query: dict[str, str | list[str]]) -> None:
    message = rejection(ADMIN.get("/exports", query=query), "organizationId")
    assert "exactly one of organizationId, issuerId, and badgeClassId" in message


@pytest.mark.parametrize("name", ["organizationId", "issuerId", "badgeClassId"])
@pytest.mark.parametrize(
    "odd", ["", "a b", "../WELD", "<script>", "💥", "x" * 65, "x" * 1_000_000], ids=lambda odd: odd[:10]
)
def test_invalid_id_in_a_parameter_returns_not_found(name: str, odd: str) -> None:
    answer = ADMIN.get("/exports", query={name: odd})
    assert answer == ADMIN.get("/exports", query={name: "NONE"})
    assert answer.status == 404


@pytest.mark.parametrize(
    "cursor",
    [
        "", "abc", "a", "====", "💥", "W10", "\x00", "x" * 1000, "x" * 1_000_000,
        write_cursor("exports of issuer#WOOD", "A"),
        write_cursor("organization#MAKERS/issuers", "WELD"),
        write_cursor("exports of issuer#WELD", ""),
        base64.urlsafe_b64encode(b'["exports of issuer#WELD"]').decode(),
        base64.urlsafe_b64encode(b'["exports of issuer#WELD", 1]').decode(),
        base64.urlsafe_b64encode(b'["exports of issuer#WELD", "a", "b"]').decode(),
        base64.urlsafe_b64encode(b'["exports of issuer#WELD", "\xff"]').decode(),
    ],
    ids=lambda cursor: cursor[:20].encode("unicode_escape").decode(),
)  # fmt: skip
def test_invalid_cursor_is_rejected(cursor: str) -> None:
    rejection(OWNER.get("/exports", query={"issuerId": "WELD", "cursor": cursor}), "cursor")
    rejection(OWNER.get("/issuers/WELD/badge-classes", query={"cursor": cursor}), "cursor")


def test_cursor_does_not_give_access_to_another_scope() -> None:
    cursor = write_cursor("exports of issuer#RIV", "zzz")
    assert OWNER.get("/exports", query={"issuerId": "RIV", "cursor": cursor}).status == 404


@pytest.mark.parametrize(
    "key", ["", "é", "a\tb", "a\nb", "\x00", "💥", "k" * 256, "k" * 1_000_000], ids=lambda key: ascii(key[:9])
)
def test_idempotency_key_must_have_1_to_255_printable_characters(key: str) -> None:
    answer = post_export({"kind": "awards"}, headers={"Idempotency-Key": key})
    rejection(answer, "Idempotency-Key")
    assert len(answer.text) < 1000


def test_repeated_idempotency_key_header_is_rejected() -> None:
    twice = {"Content-Type": ["application/json"], "Idempotency-Key": ["a", "b"]}
    message = rejection(post_export({"kind": "awards"}, multiValueHeaders=twice), "Idempotency-Key")
    assert message == "Must be specified only once."


# ---------------------------------------------------------------- callers and routes


@pytest.mark.parametrize("authorizer", [{}, {"caller": ""}, {"claims": {"email": OWNER.email}}], ids=str)
def test_request_checked_by_an_outdated_authorizer_returns_503_with_a_retry_time(
    authorizer: dict[str, Any],
) -> None:
    """During an upgrade, the previous authorizer still checks requests. The page must not sign people out."""
    context = {"stage": "v1", "path": "/v1/me", "domainName": "api.example.org", "authorizer": authorizer}
    answer = call("GET", "/me", requestContext=context)
    assert (answer.status, answer.problem["code"]) == (503, "sign-in-unavailable")
    assert answer.headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/nothing"), ("PUT", "/exports"), ("GET", "/exports/X/"), ("GET", "//me")],
)
def test_unknown_route_returns_not_found(method: str, path: str) -> None:
    answer = call(method, path, email=OWNER.email)
    assert (answer.status, answer.problem["code"]) == (404, "not-found")


def test_internal_error_response_does_not_reveal_details(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("the table of /etc/secret has no key ada@example.org")

    monkeypatch.setattr("badgedata.exports.lifecycle.history", broken)
    answer = OWNER.get("/exports", query={"issuerId": "WELD"})
    assert (answer.status, answer.problem["code"]) == (500, "internal-error")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
