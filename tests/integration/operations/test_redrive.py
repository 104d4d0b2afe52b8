"""Dead letters are listed by subject and redriven to their workers."""

import contextlib
import itertools
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient

from badgedata.config import config
from operations import redrive
from operations.dead_letters import MAX_RECEIVED, dead_letter_queues
from tests.integration.aws_faults import FaultyCalls, Killed
from tests.integration.operations.conftest import STACK_NAME
from tests.support.invocations import process_queue, sample_event
from tests.support.organizations import OWNER, load_organizations
from tests.support.small_limits import lower_limits

DEAD_EXPORTS, DEAD_DELIVERIES, DEAD_EMAILS, DEAD_RESYNC, DEAD_SCHEDULED = (
    "ExportsDeadLetterQueueUrl",
    "DeliveriesDeadLetterQueueUrl",
    "ExportEmailsDeadLetterQueueUrl",
    "ImageResyncDeadLetterQueueUrl",
    "ScheduledExportDeadLetterQueueUrl",
)


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    lower_limits(monkeypatch, dead_letter_wait_seconds=0)


def run(*arguments: str) -> int:
    return redrive.main([*arguments, "--stack-name", STACK_NAME])


def send(url: str, body: dict[str, Any]) -> None:
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(body))


def waiting(url: str) -> int:
    attributes = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"])


def export_ids_on(url: str) -> Iterator[str]:
    while messages := boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        yield from (json.loads(message["Body"])["exportId"] for message in messages)


@pytest.fixture
def invoked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return a list that records Lambda invocations."""
    asked: list[dict[str, Any]] = []
    make_api_call = BaseClient._make_api_call  # type: ignore[attr-defined] # botocore's one way to AWS

    def call(client: BaseClient, name: str, arguments: dict[str, Any]) -> Any:
        if name == "Invoke":
            asked.append(arguments)
            return {}
        return make_api_call(client, name, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return asked


def test_redriven_export_message_completes_the_export(
    outputs: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    load_organizations()
    export_id = OWNER.post("/issuers/WELD/exports", {"kind": "awards"}).json["id"]
    boto3.client("sqs").purge_queue(QueueUrl=config().exports_queue_url)
    send(outputs[DEAD_EXPORTS], {"exportId": export_id, "segment": ""})
    capsys.readouterr()
    assert run("exports") == 0
    assert capsys.readouterr().out == f"  exportId '{export_id}', segment ''\nexports: 1 redriven\n"
    assert waiting(outputs[DEAD_EXPORTS]) == 0
    assert process_queue() == 1
    assert OWNER.get(f"/exports/{export_id}").json["status"] == "succeeded"


def test_dry_run_lists_messages_without_moving_them(
    outputs: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(MAX_RECEIVED + 3):
        send(outputs[DEAD_RESYNC], {"badgeClassId": f"BC-{number}", "version": 2})
    assert run("--dry-run") == 0
    shown = capsys.readouterr().out
    assert "image-resync: 13 found" in shown
    assert "exports: 0 found" in shown
    assert all(f"badgeClassId 'BC-{number}', version 2" in shown for number in range(13))
    assert waiting(outputs[DEAD_RESYNC]) == 13
    assert waiting(config().image_resync_queue_url) == 0
    assert run("image-resync") == 0
    assert waiting(config().image_resync_queue_url) == 13


def test_dry_run_shows_which_export_an_email_is_about(
    outputs: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    event = json.loads(sample_event("export_emails")["Records"][0]["body"])
    send(outputs[DEAD_EMAILS], event)
    assert run("export-emails", "--dry-run") == 0
    export_id = event["detail"]["exportId"]
    assert capsys.readouterr().out == f"  exportId '{export_id}'\nexport-emails: 1 found\n"


def test_redriven_scheduled_run_keeps_its_scheduled_time(
    outputs: dict[str, str], invoked: list[dict[str, Any]]
) -> None:
    event = {"scheduleId": "S1", "scheduledTime": "2026-03-29T01:00:00Z"}
    send(outputs[DEAD_SCHEDULED], event)
    assert run() == 0
    assert [(call["FunctionName"], call["InvocationType"]) for call in invoked] == [("scheduled-export", "Event")]
    assert json.loads(invoked[0]["Payload"]) == event
    assert waiting(outputs[DEAD_SCHEDULED]) == 0


@pytest.mark.parametrize("fault", ["killed before", "killed after"])
def test_no_message_is_lost_even_if_the_command_is_killed(
    fault: Any, outputs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lower_limits(monkeypatch, dead_letter_visibility_seconds=0)  # the visibility timeout has expired
    calls = FaultyCalls(monkeypatch)
    wanted = {f"E{number}" for number in range(4)}
    for export_id in sorted(wanted):
        send(outputs[DEAD_EXPORTS], {"exportId": export_id, "segment": ""})
    for number in itertools.count():
        calls.at(number, fault)
        with contextlib.suppress(Killed), calls.product():
            assert run("exports") == 0
            break
    assert number > len(wanted)
    assert waiting(outputs[DEAD_EXPORTS]) == 0
    assert set(export_ids_on(config().exports_queue_url)) == wanted


def test_output_shows_ids_but_no_other_text_from_the_messages(
    outputs: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    send(outputs[DEAD_EXPORTS], {"exportId": "E1", "recipient": "ada@example.org"})
    boto3.client("sqs").send_message(QueueUrl=outputs[DEAD_EXPORTS], MessageBody="ada@example.org")
    assert run("--dry-run") == 0
    shown = capsys.readouterr().out
    assert "exportId 'E1'" in shown
    assert "an unknown message of 15 characters" in shown
    assert "ada" not in shown


def test_every_dead_letter_queue_can_be_redriven_by_name(outputs: dict[str, str]) -> None:
    assert [queue.name for queue in dead_letter_queues(outputs)] == list(redrive.QUEUES)


def test_unknown_queue_name_is_rejected(outputs: dict[str, str]) -> None:
    with pytest.raises(SystemExit) as rejected:
        run("export")
    assert rejected.value.code == 2


def test_stack_of_another_product_is_rejected(tables: None, capsys: pytest.CaptureFixture[str]) -> None:
    boto3.client("cloudformation").create_stack(
        StackName="other", TemplateBody=json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    )
    assert redrive.main(["--stack-name", "other"]) == 1
    assert "The stack other doesn't have these outputs: DirectoryTable" in capsys.readouterr().err
