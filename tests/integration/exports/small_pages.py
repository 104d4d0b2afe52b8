"""Three issuers with 30 awards each, exported in small pages and parts, and the queue that a test processes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from badgedata import clock
from badgedata.access import ScopeType
from badgedata.config import config
from badgedata.exports import worker
from badgedata.exports.messages import read
from badgedata.exports.upload import files_prefix
from badgedata.records.awards import Award, sort_key
from badgedata.records.directory import BadgeClass, Issuer, Member, Organization
from badgedata.records.exports import Export
from tests.integration.exports.welding_school import ADMIN
from tests.support.query_pages import limit_query_pages
from tests.support.small_limits import lower_limits

ISSUER: tuple[ScopeType, str] = ("issuer", "ISS-0")
FIRST_DAY = datetime(2026, 1, 1, 9, tzinfo=UTC)


def make_pages_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pages and parts hold only a few awards, and let workers renew their leases after each page."""
    limit_query_pages(7, monkeypatch)
    lower_limits(monkeypatch, part_bytes=3000, in_memory_part_bytes=3000, heartbeat_seconds=0.0)


def set_up_small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Create an organization of three issuers with 30 awards each, and make pages and parts hold only a few awards."""
    make_pages_small(monkeypatch)
    Organization(*Organization.key("ORG"), entity_id="ORG", name="Org", plan="paid").save()
    Member(
        *Member.key(ADMIN, "ORG", None),
        parent=Member.parent_key("ORG"),
        entity_id=ADMIN,
        role="admin",
        organization_id="ORG",
    ).save()
    for number in range(3):
        make_issuer(f"ISS-{number}")


def make_issuer(issuer_id: str) -> None:
    Issuer(
        *Issuer.key(issuer_id),
        parent=Issuer.parent_key("ORG"),
        entity_id=issuer_id,
        organization_id="ORG",
        name=issuer_id,
    ).save()
    BadgeClass(
        *BadgeClass.key(f"{issuer_id}-BC"),
        parent=BadgeClass.parent_key(issuer_id),
        entity_id=f"{issuer_id}-BC",
        issuer_id=issuer_id,
        name="Badge",
    ).save()
    for number in range(30):
        make_award(issuer_id, f"{issuer_id}-{number:02}", FIRST_DAY + timedelta(days=number))


def make_award(issuer_id: str, award_id: str, issued_on: datetime, **attributes: Any) -> None:
    Award(
        issuer_id,
        sort_key(issued_on, award_id),
        award_id=award_id,
        badge_class_id=f"{issuer_id}-BC",
        recipient_type="email",
        recipient_identity=f"{award_id}@example.org",
        issued_on=clock.rfc3339(issued_on),
        **{"narrative": "Worked hard. " * 8, **attributes},
    ).save()


def objects_of(export: Export) -> list[str]:
    answer = boto3.client("s3").list_objects_v2(Bucket=config().exports_bucket, Prefix=files_prefix(export))
    return [item["Key"] for item in answer.get("Contents", [])]


def uploads_of(export: Export) -> list[Any]:
    answer = boto3.client("s3").list_multipart_uploads(Bucket=config().exports_bucket, Prefix=files_prefix(export))
    return list(answer.get("Uploads", []))


def messages() -> list[str]:
    """Receive and delete all messages from the queue."""
    taken = boto3.client("sqs").receive_message(QueueUrl=config().exports_queue_url, MaxNumberOfMessages=10)
    found = []
    for message in taken.get("Messages", []):
        boto3.client("sqs").delete_message(QueueUrl=config().exports_queue_url, ReceiptHandle=message["ReceiptHandle"])
        found.append(message["Body"])
    return found


def run_queue(seconds: float = 900) -> list[str]:
    """Run workers on the queue until it is empty."""
    outcomes = []
    while taken := messages():
        for body in taken:
            message = read(body)
            outcomes.append(worker.run(message.export_id, message.segment, lambda: seconds))
    return outcomes
