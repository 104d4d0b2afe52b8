"""Throttling of the API's own AWS calls: the request returns 503 with a retry time, and nothing is changed."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from badgedata.records import transactions
from tests.integration.tokens.requesting import TOKENS, in_days
from tests.support.api_client import Answer, call
from tests.support.organizations import ADMIN, OWNER

pytestmark = pytest.mark.usefixtures("organizations")

AWARDS = {"kind": "awards"}
SCHEDULE = {"name": "Weekly", "expression": "rate(7 days)", "export": {"issuerId": "WELD"} | AWARDS}

TOKEN = {"name": "Nightly", "role": "staff", "expiresAt": in_days(30)}

type Throttle = Callable[..., list[str]]


@pytest.fixture
def throttle(monkeypatch: pytest.MonkeyPatch) -> Throttle:
    """Return a function that makes AWS reject all calls to an operation, and returns the list of rejected calls."""
    make_api_call: Any = BaseClient.__dict__["_make_api_call"]
    monkeypatch.setattr(transactions, "back_off", lambda _: None)

    def reject(operation: str, code: str, status: int = 400, reasons: tuple[str, ...] = ()) -> list[str]:
        rejected: list[str] = []
        response: Any = {
            "Error": {"Code": code, "Message": "ada@example.org is too fast"},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        if reasons:
            response["CancellationReasons"] = [{"Code": reason} for reason in reasons]

        def rejecting(client: BaseClient, name: str, arguments: dict[str, Any]) -> Any:
            if name == operation:
                rejected.append(name)
                raise ClientError(response, name)
            return make_api_call(client, name, arguments)

        monkeypatch.setattr(BaseClient, "_make_api_call", rejecting)
        return rejected

    return reject


def rejected_for_now(answer: Answer) -> bool:
    assert answer.problem["detail"].endswith("Wait 5 seconds, then retry.")
    assert "example.org" not in answer.text
    return (answer.status, answer.problem["code"], answer.headers["Retry-After"]) == (
        503,
        "temporarily-unavailable",
        "5",
    )


@pytest.mark.parametrize(
    "code", ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"]
)
def test_throttled_read_returns_503_with_a_retry_time(code: str, throttle: Throttle) -> None:
    assert throttle("GetItem", code) == []
    assert rejected_for_now(OWNER.get("/issuers/WELD"))


def test_throttled_query_returns_503_with_a_retry_time(throttle: Throttle) -> None:
    throttle("Query", "ProvisionedThroughputExceededException")
    assert rejected_for_now(OWNER.get("/exports", query={"issuerId": "WELD"}))


@pytest.mark.parametrize("reason", ["ThrottlingError", "ProvisionedThroughputExceeded", "TransactionConflict"])
@pytest.mark.parametrize(
    ("path", "body"), [("/issuers/WELD/exports", AWARDS), (TOKENS, TOKEN)], ids=["export", "token"]
)
def test_throttled_transaction_is_retried_before_503_is_returned(
    path: str, body: Any, reason: str, throttle: Throttle
) -> None:
    rejected = throttle("TransactWriteItems", "TransactionCanceledException", reasons=("None", reason))
    assert rejected_for_now(ADMIN.post(path, body))
    assert len(rejected) == transactions.MAX_ATTEMPTS


def test_schedule_is_not_created_if_event_bridge_scheduler_throttles_the_call(throttle: Throttle) -> None:
    throttle("CreateSchedule", "ThrottlingException", 429)
    assert rejected_for_now(OWNER.post("/schedules", SCHEDULE))
    assert OWNER.get("/schedules", query={"issuerId": "WELD"}).json["items"] == []


@pytest.mark.parametrize(("code", "status"), [("SlowDown", 503), ("503", 503), ("ServiceUnavailable", 503)])
def test_throttled_image_upload_returns_503_with_a_retry_time(code: str, status: int, throttle: Throttle) -> None:
    throttle("PutObject", code, status)
    source = {"json": {"type": "BadgeClass", "name": "Welder", "description": "Welds", "criteria": "https://x.example"}}
    image = "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    source["json"] |= {"@context": "https://w3id.org/openbadges/v2", "image": image}
    assert rejected_for_now(OWNER.post("/badge-classes/BC-WELD-1/replacements", source))


def test_throttled_public_request_returns_503_with_a_retry_time(throttle: Throttle) -> None:
    throttle("GetItem", "ThrottlingException")
    assert rejected_for_now(call("GET", "/public/badges/BC-WELD-1"))


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException", "ResourceNotFoundException"])
def test_other_aws_errors_are_reported_as_internal_errors(code: str, throttle: Throttle) -> None:
    throttle("GetItem", code)
    answer = OWNER.get("/issuers/WELD")
    assert (answer.status, answer.problem["code"]) == (500, "internal-error")
