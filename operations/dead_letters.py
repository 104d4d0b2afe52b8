"""List dead letters, and move them back to their workers."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import boto3

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

MAX_RECEIVED: Final = 10  # SQS's limit for one ReceiveMessage call
VISIBILITY_TIMEOUT_SECONDS: Final = 120
WAIT_SECONDS: Final = 1  # long polling, so that SQS queries all of its servers
_SHOWN_KEYS: Final = ("exportId", "segment", "scheduleId", "scheduledTime", "badgeClassId", "version")


@dataclass(frozen=True)
class DeadLetterQueue:
    """A dead-letter queue. `send_again` sends a message's body to the worker again."""

    name: str
    url: str
    send_again: Callable[[str], None]


def dead_letter_queues(outputs: dict[str, str]) -> list[DeadLetterQueue]:
    """Return a deployment's dead-letter queues.

    Export, delivery, email, and re-sync messages are moved back to their queues. Scheduled runs don't have a queue,
    so redriving a run invokes its function directly, as EventBridge Scheduler does.
    """

    def to_queue(url: str) -> Callable[[str], None]:
        return lambda body: _send(url, body)

    return [
        DeadLetterQueue("exports", outputs["ExportsDeadLetterQueueUrl"], to_queue(outputs["ExportsQueueUrl"])),
        DeadLetterQueue("deliveries", outputs["DeliveriesDeadLetterQueueUrl"], to_queue(outputs["DeliveriesQueueUrl"])),
        DeadLetterQueue(
            "image-resync", outputs["ImageResyncDeadLetterQueueUrl"], to_queue(outputs["ImageResyncQueueUrl"])
        ),
        DeadLetterQueue(
            "export-emails", outputs["ExportEmailsDeadLetterQueueUrl"], to_queue(outputs["ExportEmailsQueueUrl"])
        ),
        DeadLetterQueue(
            "scheduled-exports",
            outputs["ScheduledExportDeadLetterQueueUrl"],
            lambda body: _invoke(outputs["ScheduledExportFunction"], body),
        ),
    ]


def list_messages(queue: DeadLetterQueue) -> Iterator[str]:
    """Yield a summary of each message without removing any messages from the queue.

    When the iteration ends, the messages become visible to other receivers again.
    """
    received: list[MessageTypeDef] = []
    try:
        for message in _receive(queue):
            received.append(message)
            yield summary(message.get("Body", ""))
    finally:
        for message in received:
            _sqs().change_message_visibility(
                QueueUrl=queue.url, ReceiptHandle=message.get("ReceiptHandle", ""), VisibilityTimeout=0
            )


def redrive(queue: DeadLetterQueue) -> Iterator[str]:
    """Move each message back to its worker, and yield a summary of the message.

    Each message is sent to the worker before it is deleted from the dead-letter queue. If the command is interrupted
    between these two steps, the next redrive sends the message again. Duplicate messages have no effect.
    """
    for message in _receive(queue):
        body = message.get("Body", "")
        queue.send_again(body)
        _sqs().delete_message(QueueUrl=queue.url, ReceiptHandle=message.get("ReceiptHandle", ""))
        yield summary(body)


def summary(body: str) -> str:
    """Return a message's IDs or, if the message isn't recognized, its length. No other content is included."""
    try:
        message = json.loads(body)
        if "detail" in message:  # an EventBridge event, which requests an email about an export
            message = {"exportId": message["detail"]["exportId"]}
        ids = {key: message[key] for key in _SHOWN_KEYS if key in message}
    except (ValueError, TypeError, KeyError):
        ids = {}
    return (
        ", ".join(f"{key} {value!r}" for key, value in ids.items()) or f"an unknown message of {len(body)} characters"
    )


def _receive(queue: DeadLetterQueue) -> Iterator["MessageTypeDef"]:
    while True:
        response = _sqs().receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=MAX_RECEIVED,
            VisibilityTimeout=VISIBILITY_TIMEOUT_SECONDS,
            WaitTimeSeconds=WAIT_SECONDS,
        )
        if "Messages" not in response:
            return
        yield from response["Messages"]


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs")


def _send(url: str, body: str) -> None:
    _sqs().send_message(QueueUrl=url, MessageBody=body)


def _invoke(function: str, body: str) -> None:
    boto3.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=body.encode())
