"""Messages in the deliveries queue. Each message requests one delivery."""

import msgspec
from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from badgedata.aws import sqs
from badgedata.config import config

logger = Logger(child=True)


class DeliveryMessage(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """A message that requests the delivery of an export's file: ``{"exportId": "…"}``."""

    export_id: str


def read(body: str) -> DeliveryMessage:
    """Parse a message body.

    Raises
    ------
    msgspec.DecodeError
        If the body is invalid. The message becomes a dead letter.
    """
    return msgspec.json.decode(body, type=DeliveryMessage)


def send(export_id: str) -> None:
    """Enqueue a delivery. Duplicate messages have no effect."""
    body = msgspec.json.encode(DeliveryMessage(export_id)).decode()
    sqs().send_message(QueueUrl=config().deliveries_queue_url, MessageBody=body)


def send_or_leave_to_sweeper(export_id: str) -> None:
    """Enqueue a delivery. If the queue is unavailable, the sweeper enqueues the delivery within two minutes."""
    try:
        send(export_id)
    except (BotoCoreError, ClientError):
        logger.warning("Message not sent; the sweeper will send it", export_id=export_id, exc_info=True)
