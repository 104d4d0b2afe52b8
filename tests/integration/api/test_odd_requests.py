"""Requests that are odd, and right all the same."""

import base64
from typing import Any

import pytest

from tests.integration.api.client import Answer
from tests.integration.api.organizations import OWNER

pytestmark = pytest.mark.usefixtures("organizations")


def ask(body: Any, **more: Any) -> Answer:
    return OWNER.post("/issuers/WELD/exports", body, **more)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/merge-patch+json",
        "application/x-www-form-urlencoded",
        "",
    ],
)
def test_json_is_taken_by_the_names_that_clients_give_it(content_type: str) -> None:
    assert ask({"kind": "awards"}, headers={"Content-Type": content_type}).status == 202


def test_a_body_that_the_gateway_encoded_is_read() -> None:
    assert ask(base64.b64encode(b'{"kind": "awards"}').decode(), isBase64Encoded=True).status == 202


@pytest.mark.parametrize(
    ("after", "before"), [("0001-01-01", "9999-12-31"), ("9999-12-31", None), (None, "0001-01-01")]
)
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_dates_at_the_ends_of_the_calendar_are_taken(after: str | None, before: str | None, zone: str) -> None:
    assert ask({"kind": "awards", "awardedAfter": after, "awardedBefore": before, "timeZone": zone}).status == 202


@pytest.mark.parametrize("key", ["k", "k" * 255, "with spaces, commas; and #", '"quoted"', "../..", "a#b"])
def test_any_printable_text_is_an_idempotency_key(key: str) -> None:
    first = ask({"kind": "awards"}, headers={"Idempotency-Key": key})
    assert first.status == 202
    assert ask({"kind": "awards"}, headers={"idempotency-key": key}).json["id"] == first.json["id"]


def test_every_answer_forbids_sniffing_and_keeping() -> None:
    for answer in (OWNER.get("/me"), OWNER.get("/nothing"), ask("{"), ask({"kind": "awards"})):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
