"""Start the image re-sync for a replaced badge class: create the record and send the first message to the worker."""

from datetime import datetime

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from badgedata import clock
from badgedata.identifiers import new_id
from badgedata.records.directory import BadgeClass
from badgedata.records.record import history_expiry
from badgedata.records.resyncs import DUE_RESYNCS, Resync
from badgedata.resync import messages
from badgedata.resync.lifecycle import PATIENCE, WINDOW

logger = Logger(child=True)


def new_resync(
    badge_class: BadgeClass, organization_id: str, version: int, replacement_id: str, now: datetime
) -> Resync:
    """Return the record for a re-sync that starts at `now`. The replacement's transaction stores the record."""
    return Resync(
        *Resync.key(badge_class.entity_id, version),
        id=new_id(),
        scope=Resync.open_key(organization_id),
        badge_class_id=badge_class.entity_id,
        issuer_id=badge_class.issuer_id,
        organization_id=organization_id,
        started_at=clock.to_the_second(now),
        version=version,
        replacement_id=replacement_id,
        window_ends_at=clock.to_the_second(now + WINDOW),
        due=DUE_RESYNCS,
        due_at=clock.sortable(now + PATIENCE),
        expires_at=history_expiry(now),
    )


def enqueue(resync: Resync) -> None:
    """Send the first message to the worker. A failure is only logged, because the sweeper resends the message."""
    try:
        messages.send_walk(resync)
    except (BotoCoreError, ClientError):
        logger.exception("Re-sync message not sent; the sweeper will send it", badge_class_id=resync.badge_class_id)
