"""Exports with emails, the function that sends the emails, and the emails that moto's SES has accepted."""

import json
from datetime import timedelta
from typing import Any

from moto.ses.models import ses_backends

from development.sam_template import resources
from functions.export_emails import export_emails
from tests.integration.emails.mailbox import AWARDS
from tests.support.api_client import Person
from tests.support.invocations import context, process_queue, sample_event
from tests.support.organizations import OWNER

REDELIVERY = timedelta(seconds=resources("AWS::SQS::Queue")["ExportEmailsQueue"]["Properties"]["VisibilityTimeout"])
"""The time after which the queue redelivers a message that was not deleted."""


def sent_emails() -> list[Any]:
    """Return all emails that SES has accepted."""
    return list(ses_backends["123456789012"]["eu-west-1"].sent_messages)


def request_export(person: Person = OWNER, path: str = "/issuers/WELD/exports", **body: Any) -> str:
    """Request an export with an email, and return its ID."""
    answer = person.post(path, AWARDS | body)
    assert answer.status == 202, answer.text
    return str(answer.json["id"])


def finish_export(*arguments: Any, **body: Any) -> str:
    """Request an export with an email, and run the worker. Return its ID."""
    export_id = request_export(*arguments, **body)
    process_queue()
    return export_id


def announce(export_id: str) -> bool:
    """Deliver the event about an export to the function once. Return whether the function succeeded."""
    event = sample_event("export_emails")
    (record,) = event["Records"]
    body = json.loads(record["body"])
    body["detail"]["exportId"] = export_id
    record["body"] = json.dumps(body)
    return not export_emails.handler(event, context())["batchItemFailures"]
