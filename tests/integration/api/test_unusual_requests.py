"""Unusual requests: valid requests are accepted, and no request causes an internal error."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.api_client import Answer
from tests.support.organizations import OWNER

pytestmark = pytest.mark.usefixtures("organizations")


def post_export(body: Any, **more: Any) -> Answer:
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
def test_json_body_is_accepted_with_common_content_types(content_type: str) -> None:
    assert post_export({"kind": "awards"}, headers={"Content-Type": content_type}).status == 202


def test_base64_body_from_the_gateway_is_decoded() -> None:
    assert post_export(base64.b64encode(b'{"kind": "awards"}').decode(), isBase64Encoded=True).status == 202


@pytest.mark.parametrize(
    ("after", "before"), [("0001-01-01", "9999-12-31"), ("9999-12-31", None), (None, "0001-01-01")]
)
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_first_and_last_calendar_dates_are_accepted(after: str | None, before: str | None, zone: str) -> None:
    assert (
        post_export({"kind": "awards", "awardedAfter": after, "awardedBefore": before, "timeZone": zone}).status == 202
    )


@pytest.mark.parametrize("key", ["k", "k" * 255, "with spaces, commas; and #", '"quoted"', "../..", "a#b"])
def test_any_printable_text_is_accepted_as_an_idempotency_key(key: str) -> None:
    first = post_export({"kind": "awards"}, headers={"Idempotency-Key": key})
    assert first.status == 202
    assert post_export({"kind": "awards"}, headers={"idempotency-key": key}).json["id"] == first.json["id"]


def test_responses_forbid_content_sniffing_and_caching() -> None:
    for answer in (OWNER.get("/me"), OWNER.get("/nothing"), post_export("{"), post_export({"kind": "awards"})):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


FIELDS = ["kind", "awardedAfter", "awardedBefore", "timeZone", "byteOrderMark", "includeBadgeClasses", "compress", ""]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)
LIKELY = st.sampled_from(
    ["awards", "issuer", "2026-01-01", "2026-01-01T00:00:00Z", "Europe/Berlin", "UTC", True, False]
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from(FIELDS), LIKELY | ANYTHING) | ANYTHING)
def test_request_body_never_causes_an_internal_error(body: Any) -> None:
    answer = post_export(json.dumps(body))
    assert answer.status in (202, 400, 422, 429)
    assert len(answer.text) < 10_000


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(["issuerId", "organizationId", "badgeClassId", "limit", "cursor", "other"]),
        st.sampled_from(["WELD", "MAKERS", "1", "100"]) | st.text() | st.lists(st.text(), min_size=1),
    )
)
def test_query_string_never_causes_an_internal_error(query: dict[str, str | list[str]]) -> None:
    assert OWNER.get("/exports", query=query).status in (200, 404, 422)


PLACES_OF_NESTED_VALUES = [
    (
        "/schedules",
        '{"name": "n", "export": {"issuerId": "WELD", "kind": "awards", "x": %s}, "expression": "rate(1 day)"}',
    ),
    (
        "/badge-classes/BC-WELD-1/replacements",
        '{"json": {"type": "BadgeClass", "name": "x", "description": ["a", %s]}}',
    ),
    ("/issuers/WELD/exports", '{"kind": "awards", "columns": %s}'),
    ("/issuers/WELD/exports/preview", '{"kind": %s}'),
]


@pytest.mark.parametrize(("path", "body"), PLACES_OF_NESTED_VALUES)
@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("depth", [101, 990, *range(9_950, 10_001, 10), 100_000])
def test_body_nested_more_than_100_levels_deep_is_malformed(
    path: str, body: str, opened: str, closed: str, depth: int
) -> None:
    answer = OWNER.post(path, body.replace("%s", opened * depth + "1" + closed * depth))
    assert (answer.status, answer.json["code"]) == (400, "malformed-request")
    assert answer.json["detail"].startswith("The body is nested too deeply; the maximum is 100 levels.")


@pytest.mark.parametrize(("path", "body"), PLACES_OF_NESTED_VALUES)
def test_body_nested_100_levels_deep_is_not_malformed(path: str, body: str) -> None:
    depth = 100 - body[: body.index("%s")].count("{") - body[: body.index("%s")].count("[")
    answer = OWNER.post(path, body.replace("%s", "[" * depth + "]" * depth))
    assert answer.status in (201, 422)
