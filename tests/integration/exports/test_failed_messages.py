"""Failed messages in the export worker: the function returns each message, and never fails as a whole.

If a function raises an error, Lambda backs off from the entire queue ("Handling errors for an SQS event source" in its
Developer Guide), so one organization's failing export would slow down everyone's exports.
"""

import json
from typing import Any

import boto3
import pytest

from badgedata import aws
from badgedata.config import config
from badgedata.exports.job import ExportJob
from functions.export_worker import export_worker
from tests.support.invocations import context, export_message, process_queue
from tests.support.organizations import ADMIN, load_organizations

MESSAGE_ID = "059f36b4-87a3-44ab-83d2-661975830a7d"
CAME_BACK = {"batchItemFailures": [{"itemIdentifier": MESSAGE_ID}]}


@pytest.fixture(autouse=True)
def _organizations(tables: None) -> None:
    load_organizations()


@pytest.fixture
def broken_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make all export reads fail."""

    def broken(*_: Any) -> None:
        raise RuntimeError("an injected fault")

    monkeypatch.setattr(ExportJob, "pages", broken)


def request_export(issuer_id: str = "WELD") -> str:
    export_id: str = ADMIN.post(f"/issuers/{issuer_id}/exports", {"kind": "awards"}).json["id"]
    return export_id


def receive() -> dict[str, Any]:
    [message] = boto3.client("sqs").receive_message(QueueUrl=config().exports_queue_url)["Messages"]
    return export_message(message["Body"], message["ReceiptHandle"])


def failed_messages(written: str) -> float:
    """Return the number of failed messages that the function reported in the embedded metric format."""
    documents = [json.loads(line) for line in written.splitlines() if "CloudWatchMetrics" in line]
    return float(sum(document.get("MessageFailed", [0])[0] for document in documents))


@pytest.mark.usefixtures("broken_pages")
def test_failed_message_is_returned_to_the_queue_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    request_export()
    assert export_worker.handler(receive(), context()) == CAME_BACK
    assert failed_messages(capsys.readouterr().out) == 1


@pytest.mark.usefixtures("broken_pages")
def test_failed_message_becomes_visible_again_after_20_seconds() -> None:
    asked: list[int] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(params["VisibilityTimeout"])

    request_export()
    events = aws.sqs().meta.events
    events.register("before-parameter-build.sqs.ChangeMessageVisibility", note)
    export_worker.handler(receive(), context())
    events.unregister("before-parameter-build.sqs.ChangeMessageVisibility", note)
    assert asked == [20]


def test_unreadable_message_is_returned_to_the_queue_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    request_export()
    event = receive()
    event["Records"][0]["body"] = "not a message"
    assert export_worker.handler(event, context()) == CAME_BACK
    assert failed_messages(capsys.readouterr().out) == 1


def test_failed_message_is_returned_even_if_its_visibility_timeout_cannot_be_changed() -> None:
    event = export_message("not a message", "no handle of the queue")
    assert export_worker.handler(event, context()) == CAME_BACK


def test_processed_message_is_not_reported_as_failed(capsys: pytest.CaptureFixture[str]) -> None:
    export_id = request_export()
    assert export_worker.handler(receive(), context()) == {"batchItemFailures": []}
    assert failed_messages(capsys.readouterr().out) == 0
    assert ADMIN.get(f"/exports/{export_id}").json["status"] == "succeeded"


def test_export_succeeds_when_its_failed_message_is_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    export_id = request_export()
    event = receive()
    with monkeypatch.context() as patch:
        patch.setattr(ExportJob, "pages", lambda *_: (_ for _ in ()).throw(RuntimeError("an injected fault")))
        assert export_worker.handler(event, context()) == CAME_BACK
    assert export_worker.handler(event, context()) == {"batchItemFailures": []}
    assert ADMIN.get(f"/exports/{export_id}").json["status"] == "succeeded"
    assert process_queue() == 0
