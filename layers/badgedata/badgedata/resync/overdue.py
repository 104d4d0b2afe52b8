"""The word to operators that a re-sync's window ended with images that are not refreshed."""

from dataclasses import asdict
from typing import Final

import msgspec

from badgedata import aws
from badgedata.config import config
from badgedata.records.resyncs import Resync
from badgedata.resync.resyncs import figures

SOURCE: Final = "badge-data-management"
DETAIL_TYPE: Final = "ImageResyncOverdue"


def tell(resync: Resync) -> None:
    """Put the event on EventBridge's default bus; a rule of the stack passes it on to the alarm topic.

    Raises
    ------
    RuntimeError
        When EventBridge did not take it.
    """
    detail = {
        "badgeClassId": resync.badge_class_id,
        "version": int(resync.version),
        "replacementId": resync.replacement_id,
        "windowEndsAt": resync.window_ends_at,
        **asdict(figures(resync)),
        # The bus is the account's: the rule of one deployment tells by this what is not its own.
        "operationsTable": config().operations_table,
    }
    entry = {"Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": msgspec.json.encode(detail).decode()}
    answer = aws.events().put_events(Entries=[entry])  # type: ignore[list-item] # built from constants, as it asks
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"EventBridge refused {DETAIL_TYPE}: {answer['Entries'][0].get('ErrorCode')}")
