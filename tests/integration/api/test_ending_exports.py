"""Exports that are canceled, deleted, or expired."""

import hashlib
from datetime import datetime, timedelta

import pytest

from badgedata.exports import lifecycle
from tests.integration.api.exporting import finished_export, object_of_link, objects, request_id
from tests.support.api_client import Person
from tests.support.clock import set_time
from tests.support.invocations import process_queue
from tests.support.organizations import ADMIN, EDITOR, OWNER, STAFF

pytestmark = pytest.mark.usefixtures("organizations")


# ---------------------------------------------------------------- permission to cancel and delete


@pytest.mark.parametrize("person", [OWNER, EDITOR, ADMIN], ids=lambda person: person.email)
def test_editors_owners_and_admins_can_delete_other_peoples_exports(person: Person) -> None:
    export_id = finished_export(STAFF)["id"]
    deleted = person.delete(f"/exports/{export_id}").json
    assert (deleted["status"], deleted["deletedBy"]) == ("expired", person.email)


def test_staff_can_cancel_and_delete_only_their_own_exports() -> None:
    for export_id in (finished_export(OWNER)["id"], request_id(OWNER)):
        before = OWNER.get(f"/exports/{export_id}").json["status"]
        answer = STAFF.delete(f"/exports/{export_id}")
        assert (answer.status, answer.problem["code"]) == (403, "role-not-allowed")
        assert "only exports that you requested" in answer.problem["detail"]
        after = OWNER.get(f"/exports/{export_id}").json
        assert (after["status"], "deletedBy" in after) == (before, False)
    OWNER.delete(f"/exports/{export_id}")
    assert STAFF.delete(f"/exports/{finished_export(STAFF)['id']}").json["status"] == "expired"
    assert STAFF.delete(f"/exports/{request_id(STAFF)}").json["status"] == "cancelled"


def test_staff_can_cancel_their_own_exports_even_if_their_email_address_differs_only_in_case() -> None:
    export_id = request_id(Person(STAFF.email.upper()))
    assert STAFF.delete(f"/exports/{export_id}").json["status"] == "cancelled"


# ---------------------------------------------------------------- file and expiry


def test_file_route_redirects_to_the_file() -> None:
    export = finished_export()
    answer = STAFF.get(f"/exports/{export['id']}/file")
    assert (answer.status, answer.text) == (302, "")
    assert hashlib.sha256(object_of_link(answer.headers["Location"])).hexdigest() == export["file"]["sha256"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_unfinished_export_has_no_file() -> None:
    answer = OWNER.get(f"/exports/{request_id()}/file")
    assert (answer.status, answer.problem["code"]) == (409, "conflict")
    assert answer.problem["detail"] == (
        "This export has no file because its status is queued. Wait until its status is succeeded."
    )


def test_export_expires_when_its_file_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    export = finished_export()
    set_time(datetime.fromisoformat(export["fileExpiresAt"]) - timedelta(seconds=1), monkeypatch)
    assert OWNER.get(f"/exports/{export['id']}").json["status"] == "succeeded"
    set_time(datetime.fromisoformat(export["fileExpiresAt"]), monkeypatch)
    expired = OWNER.get(f"/exports/{export['id']}").json
    assert expired["status"] == "expired"
    assert expired["file"] == export["file"]
    assert "downloadUrl" not in expired
    answer = OWNER.get(f"/exports/{export['id']}/file")
    assert (answer.status, answer.problem["code"]) == (410, "gone")


def test_canceling_a_queued_export_leaves_no_file() -> None:
    export_id = request_id()
    canceled = OWNER.delete(f"/exports/{export_id}")
    assert (canceled.status, canceled.json["status"]) == (200, "cancelled")
    assert canceled.json["deletedBy"] == OWNER.email
    assert canceled.json["deletedAt"] == canceled.json["finishedAt"]
    process_queue()
    assert OWNER.get(f"/exports/{export_id}").json["status"] == "cancelled"
    assert objects() == []
    answer = OWNER.get(f"/exports/{export_id}/file")
    assert answer.status == 409
    assert answer.problem["detail"].endswith("because its status is cancelled. Request the export again.")


def test_deleting_a_finished_export_deletes_its_file_immediately() -> None:
    export = finished_export()
    assert len(objects()) == 1
    deleted = OWNER.delete(f"/exports/{export['id']}")
    assert (deleted.status, deleted.json["status"]) == (200, "expired")
    assert (deleted.json["deletedBy"], deleted.json["deletedAt"]) == (OWNER.email, deleted.json["fileExpiresAt"])
    assert objects() == []
    assert OWNER.get(f"/exports/{export['id']}/file").status == 410


def test_export_that_finishes_while_being_canceled_leaves_no_file() -> None:
    export_id = request_id()
    as_the_canceller_read_it = lifecycle.find_export(export_id)
    assert as_the_canceller_read_it is not None
    process_queue()
    lifecycle.remove(as_the_canceller_read_it)
    assert OWNER.get(f"/exports/{export_id}").json["status"] == "expired"
    assert objects() == []


def test_deleting_an_expired_export_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    export = finished_export()
    set_time(datetime.fromisoformat(export["fileExpiresAt"]), monkeypatch)
    deleted = OWNER.delete(f"/exports/{export['id']}").json
    assert (deleted["status"], "deletedBy" in deleted, "deletedAt" in deleted) == ("expired", False, False)


@pytest.mark.parametrize("earlier", ["cancelled", "expired"])
def test_deleting_an_export_again_changes_nothing(earlier: str) -> None:
    export_id = request_id()
    if earlier == "expired":
        process_queue()
    first = OWNER.delete(f"/exports/{export_id}").json
    assert first["status"] == earlier
    assert ADMIN.delete(f"/exports/{export_id}").json == first
