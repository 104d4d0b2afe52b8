"""Messages that were given up: what they are about, and the way back to the worker that they were for."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import boto3

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

RECEIVE: Final = 10  # SQS gives no more at once
HIDDEN_SECONDS: Final = 120
WAIT_SECONDS: Final = 1  # so that SQS asks all of its servers
_SHOWN: Final = ("exportId", "segment", "scheduleId", "scheduledTime", "badgeClassId", "version")


@dataclass(frozen=True)
class DeadLetterQueue:
    """A dead-letter queue, and how a message of it is given to its worker again."""

    name: str
    url: str
    send_again: Callable[[str], None]


def dead_letter_queues(outputs: dict[str, str]) -> list[DeadLetterQueue]:
    """Give a deployment's dead-letter queues.

    Messages of the exports and the re-sync go back to their queue. One of a schedule's run never was on a queue: the
    function is invoked with it, as EventBridge Scheduler does.
    """

    def to_queue(url: str) -> Callable[[str], None]:
        return lambda body: _send(url, body)

    return [
        DeadLetterQueue("exports", outputs["ExportsDeadLetterQueueUrl"], to_queue(outputs["ExportsQueueUrl"])),
        DeadLetterQueue(
            "image-resync", outputs["ImageResyncDeadLetterQueueUrl"], to_queue(outputs["ImageResyncQueueUrl"])
        ),
        DeadLetterQueue(
            "scheduled-exports",
            outputs["ScheduledExportDeadLetterQueueUrl"],
            lambda body: _invoke(outputs["ScheduledExportFunction"], body),
        ),
    ]


def look(queue: DeadLetterQueue) -> Iterator[str]:
    """Say of each message what it is about; all stay in the queue.

    A message that is looked at can be seen again at the end: until then others would miss it.
    """
    seen: list[MessageTypeDef] = []
    try:
        for message in _received(queue):
            seen.append(message)
            yield about(message.get("Body", ""))
    finally:
        for message in seen:
            _sqs().change_message_visibility(
                QueueUrl=queue.url, ReceiptHandle=message.get("ReceiptHandle", ""), VisibilityTimeout=0
            )


def redrive(queue: DeadLetterQueue) -> Iterator[str]:
    """Give each message to its worker again, and say what it is about.

    It is sent before it is deleted: what breaks off in between is sent twice, and a repeated message changes nothing.
    """
    for message in _received(queue):
        body = message.get("Body", "")
        queue.send_again(body)
        _sqs().delete_message(QueueUrl=queue.url, ReceiptHandle=message.get("ReceiptHandle", ""))
        yield about(body)


def about(body: str) -> str:
    """Say what a message is about, by the ids in it; nothing else of it is shown."""
    try:
        message = json.loads(body)
        named = {key: message[key] for key in _SHOWN if key in message}
    except (ValueError, TypeError):
        named = {}
    return (
        ", ".join(f"{key} {value!r}" for key, value in named.items()) or f"an unknown message, {len(body)} characters"
    )


def _received(queue: DeadLetterQueue) -> Iterator["MessageTypeDef"]:
    while True:
        answer = _sqs().receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=RECEIVE,
            VisibilityTimeout=HIDDEN_SECONDS,
            WaitTimeSeconds=WAIT_SECONDS,
        )
        if "Messages" not in answer:
            return
        yield from answer["Messages"]


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs")


def _send(url: str, body: str) -> None:
    _sqs().send_message(QueueUrl=url, MessageBody=body)


def _invoke(function: str, body: str) -> None:
    boto3.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=body.encode())
