"""Links to files over the API: every response that contains a link is recorded in the trail, even if calls fail."""

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient

from badgedata.config import config
from badgedata.records.exports import Export
from tests.integration.api.exporting import AWARDS, finished_exports, request, request_id
from tests.integration.aws_faults import FAULTS, Fault, FaultyCalls, Killed
from tests.integration.tokens.requesting import new_token
from tests.support.api_client import Answer, Person, Program
from tests.support.clock import set_time
from tests.support.invocations import process_queue
from tests.support.organizations import ADMIN, EDITOR, OWNER, STAFF
from tests.support.small_limits import lower_limits

pytestmark = pytest.mark.usefixtures("organizations")

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OF_ISSUER = {"issuerId": "WELD", "limit": "100"}
type Query = Mapping[str, str | list[str]]


def exports(query: Query = OF_ISSUER, person: Person | Program = OWNER) -> Answer:
    answer = person.get("/exports", query=dict(query))
    assert answer.status == 200, answer.text
    return answer


def linked(answer: Answer) -> list[str]:
    """Return the IDs of the exports on a page that have a link."""
    return [item["id"] for item in answer.json["items"] if "downloadUrl" in item]


def recorded(actor: str = "") -> Counter[str]:
    """Return the number of recorded downloads of each export, by one actor or by all."""
    found: Counter[str] = Counter()
    for page in boto3.client("dynamodb").get_paginator("scan").paginate(TableName=config().trail_table):
        for item in page["Items"]:
            if item.get("action") == {"S": "export-downloaded"} and actor in ("", item["actor"]["S"]):
                found[item["targetId"]["S"]] += 1
    return found


@pytest.fixture
def during(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], object]], None]:
    """Return a function that runs an action just before the next AWS call with a given name."""

    def arrange(name: str, happen: Callable[[], object]) -> None:
        make_api_call: Any = BaseClient.__dict__["_make_api_call"]
        pending = [happen]

        def call(client: BaseClient, called: str, arguments: dict[str, Any]) -> Any:
            if called == name and pending:
                pending.pop()()
            return make_api_call(client, called, arguments)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)

    return arrange


# ---------------------------------------------------------------- lists


@pytest.mark.parametrize(
    ("path", "body", "query"),
    [
        ("/organizations/MAKERS/exports", AWARDS, {"organizationId": "MAKERS"}),
        ("/issuers/WELD/exports", AWARDS, {"issuerId": "WELD"}),
        ("/badge-classes/BC-WELD-1/exports", {"kind": "badge-class"}, {"badgeClassId": "BC-WELD-1"}),
    ],
)
def test_download_links_in_an_export_list_are_recorded(path: str, body: Any, query: Query) -> None:
    ids = finished_exports(3, ADMIN, path=path, body=body)
    request_id(ADMIN, path, body)  # queued, without a file
    assert linked(exports(query, ADMIN)) == ids[::-1]
    assert recorded() == recorded(ADMIN.email) == Counter(ids)


def test_trail_entry_for_a_link_in_a_list_describes_the_export() -> None:
    (export_id,) = finished_exports(1)
    exports(person=STAFF)
    entry, _ = ADMIN.get("/issuers/WELD/trail").json["items"]
    assert (entry["actor"], entry["action"]) == (STAFF.email, "export-downloaded")
    assert entry["target"]["id"] == export_id
    assert entry["details"] == {
        "kind": "awards",
        "scopeType": "issuer",
        "scopeId": "WELD",
        "scopeName": "Welding School",
    }


def test_links_in_export_lists_are_recorded_once_while_they_are_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(NOON, monkeypatch)
    first, second = finished_exports(2)
    OWNER.get(f"/exports/{first}/file")
    for _ in range(2):
        exports()
        OWNER.get(f"/exports/{second}")
    assert recorded() == {first: 1, second: 1}
    set_time(NOON + timedelta(minutes=16), monkeypatch)
    exports()
    assert recorded() == {first: 2, second: 2}


def test_links_are_recorded_for_each_person_and_program_that_lists_exports() -> None:
    (export_id,) = finished_exports(1)
    token = new_token(role="staff", issuerId="WELD")
    for _ in range(2):
        for person in (OWNER, EDITOR, Program(token["secret"])):
            assert linked(exports(person=person)) == [export_id]
    entries = ADMIN.get("/issuers/WELD/trail", query={"action": "export-downloaded"}).json["items"]
    assert Counter((entry["actor"], entry["details"].get("tokenId")) for entry in entries) == {
        (OWNER.email, None): 1,
        (EDITOR.email, None): 1,
        ("token:Nightly", token["id"]): 1,
    }


def test_only_links_on_the_requested_page_are_recorded() -> None:
    ids = finished_exports(5)
    newest = exports({"issuerId": "WELD", "limit": "2"})
    assert recorded() == Counter(linked(newest)) == Counter(ids[3:])
    exports({"issuerId": "WELD", "limit": "2", "cursor": newest.json["nextCursor"]})
    assert recorded() == Counter(ids[1:])


def test_only_links_to_exports_that_match_the_filters_are_recorded() -> None:
    owners = finished_exports(2)
    editors = finished_exports(2, EDITOR, body={"kind": "badges"})
    exports({"issuerId": "WELD", "requestedBy": EDITOR.email, "kind": ["badges", "groups"], "status": "succeeded"})
    assert recorded() == Counter(editors)
    exports({"issuerId": "WELD", "kind": "groups"})
    exports({"issuerId": "WELD", "status": "running"})
    assert recorded() == Counter(editors)
    exports()
    assert recorded() == Counter([*owners, *editors])


def test_recording_51_links_takes_one_read_and_two_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = finished_exports(51)
    calls = FaultyCalls(monkeypatch)
    with calls.product():
        assert linked(exports()) == ids[::-1]
    assert recorded() == Counter(ids)
    assert Counter(calls.names)["BatchGetItem"] == 1
    assert Counter(calls.names)["TransactWriteItems"] == 2
    calls = FaultyCalls(monkeypatch)
    with calls.product():
        assert len(linked(exports())) == 51
    assert "TransactWriteItems" not in calls.names
    assert recorded() == Counter(ids)


def test_expired_file_has_no_link_and_no_trail_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(NOON, monkeypatch)
    (export_id,) = finished_exports(1)
    set_time(NOON + timedelta(days=8), monkeypatch)
    assert linked(exports()) == []
    assert OWNER.get(f"/exports/{export_id}/file").status == 410
    assert recorded() == {}


# ---------------------------------------------------------------- without links


def test_responses_without_links_are_not_recorded() -> None:
    (export_id,) = finished_exports(1)
    (item,) = exports(OF_ISSUER | {"links": "false"}).json["items"]
    document = OWNER.get(f"/exports/{export_id}", query={"links": "false"}).json
    assert recorded() == {}
    for without in (item, document):
        complete = OWNER.get(f"/exports/{export_id}").json
        assert complete.keys() - without.keys() == {"downloadUrl", "downloadUrlExpiresAt"}
        assert without == {name: complete[name] for name in without}


def test_download_links_are_included_by_default_and_on_request() -> None:
    ids = finished_exports(2)
    assert linked(exports(OF_ISSUER | {"links": "true"})) == linked(exports()) == ids[::-1]
    for path in ("/exports", f"/exports/{ids[0]}"):
        assert OWNER.get(path, query=OF_ISSUER | {"links": "some"}).wrong_fields == ["links"]


# ---------------------------------------------------------------- all other responses


def list_exports(_: str) -> Answer:
    return exports()


def get_export(export_id: str) -> Answer:
    return OWNER.get(f"/exports/{export_id}")


def get_file(export_id: str) -> Answer:
    return OWNER.get(f"/exports/{export_id}/file")


def repeat_request(_: str) -> Answer:
    return request(key="once")


def repeat_run(export_id: str) -> Answer:
    schedule_id = Export.get(*Export.key(export_id)).schedule_id
    return OWNER.post(f"/schedules/{schedule_id}/run", None, headers={"Idempotency-Key": "once"})


def requested() -> str:
    return str(request(key="once").json["id"])


def run() -> str:
    schedule = {"name": "Weekly", "export": {"issuerId": "WELD"} | AWARDS, "expression": "rate(7 days)"}
    path = f"/schedules/{OWNER.post('/schedules', schedule).json['id']}/run"
    return str(OWNER.post(path, None, headers={"Idempotency-Key": "once"}).json["id"])


WAYS: dict[str, tuple[Callable[[], str], Callable[[str], Answer]]] = {
    "list": (requested, list_exports),
    "export": (requested, get_export),
    "file": (requested, get_file),
    "repeated request": (requested, repeat_request),
    "repeated run": (run, repeat_run),
}
"""For each way to get a link: a request for an export, and the request that returns the link."""


@pytest.mark.parametrize("way", WAYS)
def test_every_response_with_a_link_is_recorded(way: str) -> None:
    prepare, get = WAYS[way]
    export_id = prepare()
    process_queue()
    assert recorded() == {}
    answer = get(export_id)
    assert "X-Amz-Signature" in answer.text + answer.headers.get("Location", "")
    assert recorded() == {export_id: 1}


def test_response_to_a_file_deletion_does_not_contain_a_link() -> None:
    (export_id,) = finished_exports(1)
    assert "downloadUrl" not in OWNER.delete(f"/exports/{export_id}").json
    assert recorded() == {}


# ---------------------------------------------------------------- concurrent requests and faults


def test_concurrent_list_requests_record_each_link_once(during: Callable[[str, Callable[[], object]], None]) -> None:
    ids = finished_exports(5)
    others: list[Answer] = []
    # The other request records the newest 2 links after this one has found that none is recorded.
    during("TransactWriteItems", lambda: others.append(exports({"issuerId": "WELD", "limit": "2"})))
    assert linked(exports()) == ids[::-1]
    assert linked(others[0]) == ids[:-3:-1]
    assert recorded() == Counter(ids)


def test_list_request_succeeds_even_if_a_concurrent_request_records_the_same_links_first(
    during: Callable[[str, Callable[[], object]], None],
) -> None:
    ids = finished_exports(3)
    during("TransactWriteItems", exports)
    assert linked(exports()) == ids[::-1]
    assert recorded() == Counter(ids)


def test_links_are_recorded_once_even_if_dynamodb_returns_unprocessed_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = finished_exports(4)
    exports({"issuerId": "WELD", "limit": "2"})
    make_api_call: Any = BaseClient.__dict__["_make_api_call"]
    reads: list[int] = []

    def half(client: BaseClient, name: str, arguments: dict[str, Any]) -> Any:
        if name != "BatchGetItem":
            return make_api_call(client, name, arguments)
        ((table, wanted),) = arguments["RequestItems"].items()
        keys = wanted["Keys"]
        reads.append(len(keys))
        now, later = keys[: len(keys) // 2 or 1], keys[len(keys) // 2 or 1 :]
        answer = make_api_call(client, name, {"RequestItems": {table: wanted | {"Keys": now}}})
        return answer | {"UnprocessedKeys": {table: wanted | {"Keys": later}} if later else {}}

    monkeypatch.setattr(BaseClient, "_make_api_call", half)
    assert linked(exports()) == ids[::-1]
    assert recorded() == Counter(ids)
    assert reads == [4, 2, 1]


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_no_link_is_returned_without_a_trail_entry(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each AWS call of a list request fails once. The list has 3 new links, whose entries take two transactions."""
    lower_limits(monkeypatch, transaction_writes=4)
    page = {"issuerId": "WELD", "limit": "3"}
    outcomes = Counter[bool]()
    calls, number = FaultyCalls(monkeypatch), 0
    while True:
        ids = finished_exports(3)
        calls.at(number, fault)
        returned: list[str] = []
        with contextlib.suppress(Killed), calls.product():
            answer = OWNER.get("/exports", query=page)
            returned = linked(answer) if answer.status == 200 else []
        assert set(returned) <= recorded().keys(), f"{fault} at call {number} of {calls.names}"
        outcomes[bool(returned)] += 1
        if calls.count <= number:
            break
        assert linked(exports(page)) == ids[::-1]  # the client retries the request
        entries = recorded()
        assert [entries[export_id] for export_id in ids] == [1] * 3, f"{fault} at call {number} of {calls.names}"
        number += 1
    assert calls.names.count("TransactWriteItems") == 2
    assert outcomes == {False: number, True: 1}
