"""Emails about exports in the deployed stack: from the end of an export through the bus and the queue to Amazon SES."""

import json
import time
from typing import Any

from local.places import REPOSITORY
from tests.support.deployed_client import PATIENCE_SECONDS, Client, aws, sent_emails

ISSUER = "aurora-science"
OWNER = "grace@example.org"


def wait_for_emails(stack: dict[str, Any], count: int) -> list[dict[str, Any]]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(found := sent_emails(stack)) < count:
        assert time.monotonic() < deadline, found
        time.sleep(0.5)
    return found


def test_requester_gets_exactly_one_email_with_a_link_to_the_page(stack: dict[str, Any], owner: Client) -> None:
    before = len(sent_emails(stack))
    export = owner.export(f"/issuers/{ISSUER}/exports", {"kind": "groups", "notify": True})
    assert (export["status"], export["notify"]) == ("succeeded", True)
    email = wait_for_emails(stack, before + 1)[-1]
    assert (email["To"], email["CC"], email["BCC"]) == ([OWNER], [], [])
    assert email["Source"] == '"Badge Data Management" <badges@example.org>'
    assert email["Subject"].startswith("Ready: Groups export, ")
    link = f"{stack['consoleUrl']}#/issuers/{ISSUER}/data-management"
    assert link in email["BodyText"]
    assert f'href="{link}"' in email["BodyHtml"]
    assert export["file"]["name"] not in email["BodyText"] + email["BodyHtml"]

    redeliver(stack, export["id"])
    assert len(sent_emails(stack)) == before + 1


def redeliver(stack: dict[str, Any], export_id: str) -> None:
    """Deliver the event about an export again, and wait until the function has processed it."""
    event = json.loads((REPOSITORY / "events" / "bus" / "ExportSucceeded.json").read_text())
    event["detail"]["exportId"] = export_id
    sqs, queue = aws(stack, "sqs"), stack["queues"]["exportEmails"]
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event))
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        left = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=counts)["Attributes"]
        if set(left.values()) == {"0"}:
            return
        assert time.monotonic() < deadline, left
        time.sleep(0.5)


def test_no_email_is_sent_unless_requested(stack: dict[str, Any], owner: Client) -> None:
    before = len(sent_emails(stack))
    owner.export(f"/issuers/{ISSUER}/exports", {"kind": "group-badges"})
    # An email about the first export would arrive before this one.
    owner.export(f"/issuers/{ISSUER}/exports", {"kind": "groups", "notify": True})
    assert "Groups export" in wait_for_emails(stack, before + 1)[-1]["Subject"]
    assert len(sent_emails(stack)) == before + 1
