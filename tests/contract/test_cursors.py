"""Forged cursors with modified contents: each is rejected, or continues somewhere in its list."""

import base64
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import pytest
from botocore.client import BaseClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from badgedata.config import config
from tests.support.api_client import Answer
from tests.support.memory import deployment_in_memory
from tests.support.organizations import ADMIN, load_organizations
from tests.support.replacing import new_badge

MAX_QUERIES = 40
"""The maximum number of DynamoDB calls for one page of a list. A replacement's failed images are in 16 partitions."""

# Parts of a modified position, and mistakes that programs make with numbers and keys.
POSITIONS = st.sampled_from(
    [
        "zz#x", "-300#x", "-999999#x", "16#x", "99#x", "0#x", "007#x", "٠٠#x", "1e3#x", "00#", "#", "00", "00#\0",
        "00#x#y", " 00#x", "00#x\n", "issuer#", "organization#../x", "\0", "\ud83d\ude00", "x" * 65, "x" * 600,
    ]
) | st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def deployment() -> Iterator[None]:
    with deployment_in_memory():
        config.cache_clear()
        load_organizations()
        yield
    config.cache_clear()
    replacement_id.cache_clear()


@cache
def replacement_id() -> str:
    """Confirm a replacement, and return its ID for the list of its failed images."""
    made = ADMIN.post("/badge-classes/BC-WELD-1/replacements", new_badge()).json["id"]
    assert ADMIN.post(f"/replacements/{made}/confirm", None).status == 200
    return str(made)


LISTS: dict[str, Callable[[], tuple[str, str]]] = {
    "memberships": lambda: ("/me", f"memberships of {ADMIN.email}"),
    "issuers": lambda: ("/organizations/MAKERS/issuers", "organization#MAKERS/issuers"),
    "badge classes": lambda: ("/issuers/WELD/badge-classes", "issuer#WELD/badge-classes"),
    "badge classes by name": lambda: (
        "/issuers/WELD/badge-classes?sort=name",
        "issuer#WELD/badge-classes by name, e3b0c44298fc1c14",  # the search is empty
    ),
    "exports": lambda: ("/exports?issuerId=WELD", "exports of issuer#WELD"),
    "schedules": lambda: ("/schedules?issuerId=WELD", "schedules of issuer#WELD"),
    "replacements": lambda: (
        "/badge-classes/BC-WELD-1/replacements",
        "replacements of badge-class#BC-WELD-1",
    ),
    "open re-syncs": lambda: ("/image-resyncs?issuerId=WELD", "open image re-syncs of issuer#WELD"),
    "failed images": lambda: (
        f"/replacements/{replacement_id()}/failed-images",
        f"failed images of {replacement_id()}",
    ),
}


def cursor_with(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def answer_to(path: str, cursor: str) -> Answer:
    path, _, query = path.partition("?")
    return ADMIN.get(path, query={"cursor": cursor, **dict(parse_qsl(query))})


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which the name of each AWS call is added."""
    made: list[str] = []
    make_api_call: Any = BaseClient.__dict__["_make_api_call"]

    def noted(client: BaseClient, name: str, arguments: dict[str, Any]) -> Any:
        made.append(name)
        return make_api_call(client, name, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    return made


@pytest.mark.parametrize("name", LISTS)
def test_valid_cursor_is_accepted(name: str) -> None:
    path, list_name = LISTS[name]()
    position = {"memberships": "issuer#A", "failed images": "15#A", "badge classes by name": "A/B"}.get(name, "A")
    answer = answer_to(path, cursor_with([list_name, position]))
    assert answer.status == 200, (list_name, answer.text)


@pytest.mark.parametrize("name", LISTS)
@settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(position=POSITIONS)
@example(position="zz#x")
@example(position="-300#x")
def test_forged_cursor_is_rejected_or_causes_a_limited_number_of_aws_calls(
    name: str, position: str, calls: list[str]
) -> None:
    path, list_name = LISTS[name]()
    calls.clear()
    answer = answer_to(path, cursor_with([list_name, position]))
    assert answer.status in (200, 422), (position, answer.text)
    if answer.status == 422:
        assert answer.wrong_fields == ["cursor"]
    assert len(calls) <= MAX_QUERIES


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("position", ["zz#x", "-300#x", "16#x", "00#\0", "\0", "a b", "x" * 65])
def test_cursor_with_an_invalid_position_is_rejected(name: str, position: str) -> None:
    path, list_name = LISTS[name]()
    answer = answer_to(path, cursor_with([list_name, position]))
    assert (answer.status, answer.wrong_fields) == (422, ["cursor"])


@pytest.mark.parametrize("name", LISTS)
@settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    content=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
        max_leaves=4,
    )
)
def test_cursor_with_a_value_of_the_wrong_type_is_rejected(name: str, content: object) -> None:
    path, list_name = LISTS[name]()
    for made_up in (content, [list_name], [list_name, content], [list_name, "A", content]):
        if made_up == [list_name, content] and isinstance(content, str):
            continue
        assert answer_to(path, cursor_with(made_up)).status == 422
