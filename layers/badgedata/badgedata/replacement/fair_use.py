"""Fair use of previews: reading a source holds a function for up to ten seconds, so few are made at once."""

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

logger = Logger(child=True)

MAX_PREVIEWS_AT_ONCE: Final = 3
MAX_PREVIEWS_PER_HOUR: Final = 200
SLOT_HELD: Final = timedelta(seconds=40)
"""Longer than the function may take, so that a slot whose function died is free again soon after."""


@contextmanager
def one_preview(organization_id: str) -> Iterator[None]:
    """Let an organization make one preview.

    Raises
    ------
    Problem
        429 while the organization, or all organizations together, make as many previews as they may at once, or when
        the organization's number for the hour is reached.
    """
    organization, deployment = PreviewSlot.of_organization(organization_id), PreviewSlot.of_deployment()
    too_many = f"{MAX_PREVIEWS_AT_ONCE} previews of this organization are being made."
    all_busy = "Too many previews are being made at the moment."
    with (
        _slot(organization, MAX_PREVIEWS_AT_ONCE, too_many),
        # The other functions, and requests that take milliseconds, must find room in the account's concurrency.
        _slot(deployment, config().previews_at_once, all_busy),
    ):
        _count(organization_id)
        yield


@contextmanager
def _slot(of: str, count: int, none_is_free: str) -> Iterator[None]:
    """Hold one of so many slots."""
    slot = _take_slot(of, count)
    if slot is None:
        raise _too_many(none_is_free, timedelta(seconds=5))
    try:
        yield
    finally:
        _release(slot)


def _release(slot: PreviewSlot) -> None:
    """Make a slot free, unless it was held for so long that another preview took it."""
    try:
        slot.delete(condition=PreviewSlot.owner == slot.owner)
    except (DeleteError, BotoCoreError):
        logger.warning("A preview's slot was not released; it will expire", exc_info=True)


def _take_slot(of: str, count: int) -> PreviewSlot | None:
    now = clock.now()
    free = PreviewSlot.held_until.does_not_exist() | (PreviewSlot.held_until < clock.sortable(now))
    taken = [
        PreviewSlot.owner.set(new_id()),
        PreviewSlot.held_until.set(clock.sortable(now + SLOT_HELD)),
        PreviewSlot.expires_at.set(int((now + timedelta(days=1)).timestamp())),
    ]
    slots = (PreviewSlot(*PreviewSlot.key(of, number)) for number in range(count))
    return next((slot for slot in slots if slot.update_if(free, taken)), None)


def _count(organization_id: str) -> None:
    """Count a preview in this hour of the clock, whether or not its source turns out to be readable."""
    now = clock.now()
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    count = PreviewCount(*PreviewCount.key(organization_id, hour))
    room = PreviewCount.previews.does_not_exist() | (PreviewCount.previews < MAX_PREVIEWS_PER_HOUR)
    expiry = PreviewCount.expires_at.set(int((hour + timedelta(days=1)).timestamp()))
    if not count.update_if(room, [PreviewCount.previews.add(1), expiry]):
        raise _too_many(
            f"The limit of {MAX_PREVIEWS_PER_HOUR} previews an hour of this organization is reached.",
            _left_of(hour, now),
        )


def _left_of(hour: datetime, now: datetime) -> timedelta:
    return hour + timedelta(hours=1) - now


def _too_many(detail: str, wait: timedelta) -> Problem:
    seconds = max(int(wait.total_seconds()), 1)
    return Problem(
        429,
        "too-many-previews",
        "Too many previews",
        f"{detail} Try again in {seconds} seconds.",
        retry_after_seconds=seconds,
    )
