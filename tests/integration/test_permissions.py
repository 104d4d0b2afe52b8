"""The roles of functions allow only the writes that the product needs."""

import pytest

from badgedata import clock
from badgedata.records.directory import BadgeClass, Issuer, Member, Organization
from badgedata.resync import lifecycle as resyncs
from development.sam_template import resources
from tests.integration.permissions import Access, Requests, may
from tests.support.replacing import BADGE_CLASS, Queue, load_badge_class, replace, sweep

pytestmark = pytest.mark.usefixtures("tables")

FUNCTIONS = list(resources("AWS::Serverless::Function"))
BADGE_CLASS_KEY = BadgeClass.key("ANY")[0]
OTHER_KEYS = [
    Member.email_key("mallory@example.org"),
    Organization.key("ANY")[0],
    Issuer.key("ANY")[0],
]
WRITES = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"]


def on_directory(action: str, key: str) -> Access:
    return Access(action, "DirectoryTable", None, key)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_can_write_member_organization_or_issuer_records(function: str) -> None:
    assert not [(action, key) for action in WRITES for key in OTHER_KEYS if may(function, on_directory(action, key))]


def test_only_the_api_function_can_change_badge_classes() -> None:
    writers = {
        (name, action) for name in FUNCTIONS for action in WRITES if may(name, on_directory(action, BADGE_CLASS_KEY))
    }
    assert writers == {("ApiFunction", "UpdateItem")}


@pytest.mark.parametrize("function", ["ImageResyncWorkerFunction", "ImageResyncSweeperFunction"])
def test_resync_functions_cannot_read_directory_items_other_than_badge_classes(function: str) -> None:
    assert may(function, on_directory("GetItem", BADGE_CLASS_KEY))
    assert not [key for key in OTHER_KEYS if may(function, on_directory("GetItem", key))]
    assert not may(function, on_directory("Query", Member.email_key("mallory@example.org")))


def on_trail(action: str) -> Access:
    return Access(action, "TrailTable", None, "ANY")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_can_change_or_delete_trail_entries(function: str) -> None:
    assert not [action for action in WRITES if action != "PutItem" and may(function, on_trail(action))]


def test_only_functions_whose_actions_are_recorded_can_add_trail_entries() -> None:
    writers = {name for name in FUNCTIONS if may(name, on_trail("PutItem"))}
    assert writers == {"ApiFunction", "ExportDeliveryFunction", "ScheduledExportFunction", "ScheduleSweeperFunction"}


def test_replacement_changes_no_directory_items_except_the_badge_class(sent_requests: Requests) -> None:
    load_badge_class(awards=3)
    replace()
    Queue().process_all()
    sweep(clock.now() + resyncs.PATIENCE * 2)
    of_directory = {
        (function, access.action, access.leading_key)
        for function, access in sent_requests.sent
        if access.table == "DirectoryTable"
    }
    key = BadgeClass.key(BADGE_CLASS)[0]
    assert {entry for entry in of_directory if entry[1] not in ("GetItem", "Query")} == {
        ("ApiFunction", "UpdateItem", key)
    }
    assert {entry for entry in of_directory if entry[0].startswith("ImageResync")} >= {
        ("ImageResyncWorkerFunction", "GetItem", key),
    }
    assert sent_requests.rejected() == []


def test_request_that_a_role_does_not_allow_is_detected(sent_requests: Requests) -> None:
    beyond = on_directory("UpdateItem", Member.email_key("mallory@example.org"))
    sent_requests.sent.append(("ApiFunction", beyond))
    assert sent_requests.rejected() == [("ApiFunction", beyond)]
    sent_requests.sent.clear()
