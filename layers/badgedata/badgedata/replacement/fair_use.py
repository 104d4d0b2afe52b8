"""Limit the number of previews, because reading a source takes up to ten seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import DeleteError

from badgedata import clock
from badgedata.config import config
from badgedata.identifiers import new_id
from badgedata.problems import Problem
from badgedata.records.replacements import PreviewCount, PreviewSlot
from badgedata.text import counted

logger = Logger(child=True)

MAX_PREVIEWS_AT_ONCE: Final = 3
MAX_PREVIEWS_PER_HOUR: Final = 200
MAX_SLOT_AGE: Final = timedelta(seconds=40)
"""The time after which a slot becomes free if its preview crashed. It is longer than the API function's timeout."""


@contextmanager
def one_preview(organization_id: str) -> Iterator[None]:
    """Count a preview, and hold a slot for it while a ``with`` block runs.

    Raises
    ------
    Problem
        429 if the organization or the deployment has reached its limit of concurrent previews, or if the organization
        has reached its hourly limit.
    """
    organization, deployment = PreviewSlot.of_organization(organization_id), PreviewSlot.of_deployment()
    organization_busy = (
        f"The limit of {MAX_PREVIEWS_AT_ONCE} concurrent previews for this organization has been reached."
    )
    deployment_busy = "Too many previews are in progress."
    with (
        _slot(organization, MAX_PREVIEWS_AT_ONCE, organization_busy),
        # Other functions and shorter requests also need some of the account's concurrency.
        _slot(deployment, config().previews_at_once, deployment_busy),
    ):
        _count(organization_id)
        yield


@contextmanager
def _slot(of: str, count: int, none_free: str) -> Iterator[None]:
    """Hold one of `count` slots during a ``with`` block. If none is free, raise a Problem with detail `none_free`."""
    slot = _take_slot(of, count)
    if slot is None:
        raise _too_many(none_free, timedelta(seconds=5))
    try:
        yield
    finally:
        _release(slot)


def _release(slot: PreviewSlot) -> None:
    """Release a slot, unless it was held for so long that another preview took it."""
    try:
        slot.delete(condition=PreviewSlot.owner == slot.owner)
    except (DeleteError, BotoCoreError):
        logger.warning("Preview slot not released; it will expire", exc_info=True)


def _take_slot(of: str, count: int) -> PreviewSlot | None:
    now = clock.now()
    free = PreviewSlot.held_until.does_not_exist() | (PreviewSlot.held_until < clock.sortable(now))
    taken = [
        PreviewSlot.owner.set(new_id()),
        PreviewSlot.held_until.set(clock.sortable(now + MAX_SLOT_AGE)),
        PreviewSlot.expires_at.set(int((now + timedelta(days=1)).timestamp())),
    ]
    slots = (PreviewSlot(*PreviewSlot.key(of, number)) for number in range(count))
    return next((slot for slot in slots if slot.update_if(free, taken)), None)


def _count(organization_id: str) -> None:
    """Count a preview toward the limit for the current clock hour, even if its source can't be read."""
    now = clock.now()
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    count = PreviewCount(*PreviewCount.key(organization_id, hour))
    room = PreviewCount.previews.does_not_exist() | (PreviewCount.previews < MAX_PREVIEWS_PER_HOUR)
    expiry = PreviewCount.expires_at.set(int((hour + timedelta(days=1)).timestamp()))
    if not count.update_if(room, [PreviewCount.previews.add(1), expiry]):
        raise _too_many(
            f"The limit of {MAX_PREVIEWS_PER_HOUR} previews per hour for this organization has been reached.",
            _time_left(hour, now),
        )


def _time_left(hour: datetime, now: datetime) -> timedelta:
    return hour + timedelta(hours=1) - now


def _too_many(detail: str, wait: timedelta) -> Problem:
    seconds = max(int(wait.total_seconds()), 1)
    return Problem(
        429,
        "too-many-previews",
        "Too many previews",
        f"{detail} Try again in {counted(seconds, 'second')}.",
        retry_after_seconds=seconds,
    )
