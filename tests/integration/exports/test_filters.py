"""Award exports filtered by status, badge class, and expiry time."""

from typing import Any

import pytest

from badgedata.exports import raw_queries
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
from tests.integration.exports.odd_records import put
from tests.integration.exports.reading import read_csv
from tests.integration.exports.rejections import ADMIN, rejected
from tests.integration.exports.running import ISSUER, ORGANIZATION, exported, file_of, run_export, start_export
from tests.support.api_client import Answer
from tests.support.query_pages import limit_query_pages
from tests.support.small_limits import lower_limits

pytestmark = pytest.mark.usefixtures("school")

AWARDS = "awards"


def ids(**options: Any) -> list[str]:
    return [row["Award ID"] for row in read_csv(exported(ISSUER, AWARDS, **options))]


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
def test_awards_can_be_filtered_by_status(statuses: list[str], expected: list[str]) -> None:
    assert ids(status=statuses) == expected


@pytest.mark.parametrize(
    "statuses",
    [[], ["active"] * 2, ["active"] * 60_000, ["Active"], ["active", "lost"], "active"],
    ids=lambda statuses: str(statuses)[:30],
)
def test_invalid_statuses_are_rejected(statuses: Any) -> None:
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
def test_awards_can_be_filtered_by_badge_class(badge_class_ids: list[str], expected: list[str]) -> None:
    assert ids(badgeClassIds=badge_class_ids) == expected
    of_organization = exported(ORGANIZATION, AWARDS, badgeClassIds=badge_class_ids)
    assert [row["Award ID"] for row in read_csv(of_organization)] == expected


def test_awards_for_selected_badge_classes_are_read_from_the_badge_class_index(monkeypatch: pytest.MonkeyPatch) -> None:
    queries: list[dict[str, Any]] = []
    sent = raw_queries.SentQuery

    def note(query: dict[str, Any]) -> Any:
        queries.append(query)
        return sent(query)

    monkeypatch.setattr("badgedata.exports.award_queries.SentQuery", note)
    ids(badgeClassIds=["BC-3"], awardedAfter="2026-01-01")
    assert {query["IndexName"] for query in queries} == {"by-badge-class"}
    assert {query["ExpressionAttributeValues"][":badge_class"]["S"] for query in queries} == {"BC-3"}


def test_selecting_all_badge_classes_does_not_change_the_award_order(monkeypatch: pytest.MonkeyPatch) -> None:
    lower_limits(monkeypatch, merged_awards=4, merged_awards_of_a_badge_class=2)
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
def test_invalid_badge_class_selections_are_rejected(badge_class_ids: list[str], field: str) -> None:
    rejected({"kind": AWARDS, "badgeClassIds": badge_class_ids}, field)
    rejected({"kind": AWARDS, "badgeClassIds": badge_class_ids}, field, "/organizations/MAKERS")


def test_error_names_a_badge_class_deleted_before_the_export_ran() -> None:
    export = start_export(ISSUER, AWARDS, badgeClassIds=["BC-1", "BC-3"])
    BadgeClass.get(*BadgeClass.key("BC-3")).delete()
    failed = run_export(export)
    assert (failed.status, failed.error_code) == ("failed", "unreadable-data")
    assert "BC-3" in failed.error_message


def test_repeated_request_returns_the_first_export_even_if_its_badge_class_was_deleted() -> None:
    def request() -> Answer:
        body = {"kind": AWARDS, "badgeClassIds": ["BC-3"]}
        return ADMIN.post("/issuers/WELD/exports", body, headers={"Idempotency-Key": "same"})

    first = request().json["id"]
    BadgeClass.get(*BadgeClass.key("BC-3")).delete()
    assert (request().status, request().json["id"]) == (202, first)


@pytest.mark.parametrize("options", [{}, {"badgeClassIds": ["BC-1"]}])
def test_export_fails_if_a_badge_class_cannot_be_read(options: dict[str, Any]) -> None:
    put(BadgeClass.get(*BadgeClass.key("BC-1")), "name", 7)
    failed = run_export(start_export(ISSUER, AWARDS, **options))
    assert (failed.status, failed.error_code) == ("failed", "unreadable-data")
    assert "badge class" in failed.error_message


def test_badge_class_from_another_issuer_is_rejected_like_an_unknown_badge_class() -> None:
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
def test_awards_can_be_filtered_by_expiry_time(options: dict[str, Any], expected: list[str]) -> None:
    assert ids(**options) == expected


def test_invalid_expiry_dates_are_rejected() -> None:
    rejected({"kind": AWARDS, "expiresAfter": "2026-02-30"}, "expiresAfter")
    rejected({"kind": AWARDS, "expiresAfter": "2026-02-02", "expiresBefore": "2026-02-01"}, "expiresAfter")
    rejected({"kind": AWARDS, "expiresBefore": "soon"}, "expiresBefore")


def test_error_names_the_award_with_an_invalid_expiry_time() -> None:
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
    lower_limits(monkeypatch, merged_awards=1)
    export = start_export(ISSUER, AWARDS, **filters)
    assert file_of(run_export(export, seconds=0)) == whole


@pytest.mark.parametrize(
    ("body", "field", "kinds"),
    [
        ({"kind": "badges", "status": ["active"]}, "status", "awards"),
        ({"kind": "awards", "includeArchived": True}, "includeArchived", "groups, group-badges, learner-progress"),
        (
            {"kind": "issuer", "format": "xlsx"},
            "format",
            "awards, badges, groups, group-badges, learner-progress, trail",
        ),
    ],
)
def test_error_for_an_unsupported_option_lists_the_kinds_that_support_it(
    body: dict[str, Any], field: str, kinds: str
) -> None:
    answer = ADMIN.post("/issuers/WELD/exports", body)
    message = f"This field applies only to exports of these kinds: {kinds}. Remove it."
    assert (answer.status, answer.problem["errors"]) == (422, [{"field": field, "message": message}])
