"""A replaceable badge class with awards, people with roles for it, and the queue and clock of the re-sync."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from badgedata import aws, clock, stored_images
from badgedata.config import config
from badgedata.openbadges.baked_images import bake_png, unbake
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
from badgedata.records.resyncs import FailedImage, Resync
from badgedata.resync import lifecycle as resyncs
from functions.image_resync_sweeper import image_resync_sweeper
from functions.image_resync_worker import image_resync_worker
from tests.support.api_client import Answer, call
from tests.support.images import data_uri, gray_png
from tests.support.invocations import context, sample_event
from tests.support.organizations import OWNER, issuer, load_organization, member

BADGE_CLASS = "robotics"
BASE_URL = "https://badges.example.org"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="#080"/></svg>'


def load_badge_class(awards: int, image: bytes | None = None, **more: Any) -> None:
    """Load the makers with one badge class, version 1, and this number of awards, one minute apart."""
    given = [
        {
            "entityId": f"A{number:05}",
            "recipient": {"type": "email", "hashed": False, "identity": f"learner{number}@example.org"},
            "issuedOn": clock.rfc3339(datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=number)),
        }
        for number in range(awards)
    ]
    document = issuer("WELD", "Welding School")
    document["badgeClasses"] = [
        {
            "entityId": BADGE_CLASS,
            "name": "Robotics",
            "description": "Builds a robot",
            "criteria": {"narrative": "Build one"},
            "image": data_uri(image or gray_png(1)),
            "tags": ["robots"],
            "assertions": given,
        }
        | more
    ]
    load_organization("MAKERS", "paid", [document], [member(OWNER, "owner", "WELD")])


def new_badge(gray: int = 2, **fields: Any) -> dict[str, Any]:
    """Return a source: a 2.0 badge class as JSON with an embedded image."""
    return {
        "json": {
            "@context": "https://w3id.org/openbadges/v2",
            "type": "BadgeClass",
            "name": f"Robotics {gray}",
            "description": "Builds a robot that walks",
            "criteria": {"narrative": "Make it walk"},
            "image": data_uri(gray_png(gray)),
            "tags": ["robots", "walking"],
        }
        | fields
    }


def baked_image_source(gray: int = 3) -> dict[str, Any]:
    """Return a source: a PNG with a complete 2.0 assertion baked into it."""
    assertion = {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": "https://other.example/assertions/1",
        "recipient": {"type": "email", "hashed": False, "identity": "x@example.org"},
        "issuedOn": "2025-01-01T00:00:00Z",
        "verification": {"type": "HostedBadge"},
        "badge": {"type": "BadgeClass", "name": "Baked", "description": "In a PNG", "criteria": {"narrative": "Bake"}},
    }
    return {"image": base64.b64encode(bake_png(gray_png(gray), json.dumps(assertion))).decode()}


def preview(source: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = OWNER.post(f"/badge-classes/{BADGE_CLASS}/replacements", source or new_badge())
    assert answer.status == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def confirm(replacement: dict[str, Any]) -> Answer:
    return call("POST", f"/replacements/{replacement['id']}/confirm", email=OWNER.email)


def replace(source: dict[str, Any] | None = None) -> dict[str, Any]:
    """Preview and confirm a replacement."""
    answer = confirm(preview(source))
    assert answer.status == 200, answer.text
    done: dict[str, Any] = answer.json
    return done


def read_replacement(replacement: dict[str, Any]) -> dict[str, Any]:
    answer = OWNER.get(f"/replacements/{replacement['id']}")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def figures(replacement: dict[str, Any]) -> dict[str, Any]:
    """Return the re-sync's progress figures, after checking that they add up."""
    found: dict[str, Any] = read_replacement(replacement)["imageResync"]
    assert found["refreshed"] + found["pending"] + found["failed"] == found["total"], found
    assert min(found["refreshed"], found["pending"], found["failed"]) >= 0, found
    return found


def badge_class_now() -> BadgeClass:
    return BadgeClass.get(*BadgeClass.key(BADGE_CLASS), consistent_read=True)


def awards_now() -> list[Award]:
    return list(Award.query("WELD", consistent_read=True))


def failures_now() -> list[FailedImage]:
    """Return the failed awards of all re-syncs."""
    items: list[Any] = aws.dynamodb().scan(TableName=config().operations_table)["Items"]
    return [FailedImage.from_raw_data(item) for item in items if item["sk"]["S"].startswith("award#")]


def resync_now(version: int = 2) -> Resync:
    found = resyncs.find(BADGE_CLASS, version)
    assert found is not None
    return found


def baked_content(award: Award) -> tuple[bytes, dict[str, Any]]:
    """Return the bytes of an award's image, and the assertion in it."""
    stored = stored_images.stored_image(award.image)
    assert stored is not None, f"{award.award_id} has no stored image: {award.image}"
    content = stored_images.read(stored)
    return content, json.loads(unbake(content))


# ---------------------------------------------------------------- queue and clock


@dataclass
class Queue:
    """The re-sync queue, processed one message at a time as in Lambda: failed messages return up to five times."""

    handled: int = 0
    given_up: int = 0

    def process_all(self, handle: Callable[[Any], Any] | None = None, at_most: int = 10_000) -> int:
        """Process messages until none are left, and return how many were processed."""
        before, url = self.handled, config().image_resync_queue_url
        while self.handled - before < at_most:
            found = aws.sqs().receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])
            if not (messages := found.get("Messages")):
                break
            message = messages[0]
            self.handled += 1
            if (handle or deliver)(message) or int(message["Attributes"]["ApproximateReceiveCount"]) >= 5:
                aws.sqs().delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            else:
                aws.sqs().change_message_visibility(
                    QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )
        return self.handled - before


def deliver(message: Any) -> bool:
    """Run the worker's function on a message, and return whether it succeeded."""
    event = sample_event("image_resync_worker")
    event["Records"][0] |= {
        "body": message["Body"],
        "receiptHandle": message["ReceiptHandle"],
        "messageId": message["MessageId"],
    }
    return not image_resync_worker.handler(event, context())["batchItemFailures"]


def sweep(at: datetime) -> dict[str, int]:
    """Run the sweeper's function at a point in time."""
    outcomes: dict[str, int] = image_resync_sweeper.handler(
        sample_event("image_resync_sweeper") | {"time": at.strftime("%Y-%m-%dT%H:%M:%SZ")}, context()
    )
    return outcomes


def advance_hours(hours: int, start: datetime | None = None) -> datetime:
    """Advance the clock hour by hour; each hour, run the sweeper and process all messages."""
    moment = start or clock.now()
    for _ in range(hours):
        moment += timedelta(hours=1)
        sweep(moment)
        Queue().process_all()
    return moment


def delete_badge_image() -> None:
    """Remove the badge class's image from the bucket, so that no award image can be baked."""
    image = stored_images.stored_image(badge_class_now().image)
    assert image is not None
    aws.s3().delete_object(Bucket=config().images_bucket, Key=image.key)


def restore_badge_image(content: bytes) -> None:
    image = stored_images.stored_image(badge_class_now().image)
    assert image is not None
    stored_images.put(image, content)
