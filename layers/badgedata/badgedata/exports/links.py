"""Download links for export files. Only this module creates the links, because it records who receives them."""

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from pynamodb.transactions import TransactWrite

from badgedata import clock
from badgedata.access import Caller
from badgedata.aws import MAX_LINK_SECONDS, Link, grouped, presigned
from badgedata.config import config
from badgedata.exports import lifecycle
from badgedata.records import transactions
from badgedata.records.exports import Export, HandedOutLink
from badgedata.records.trail import TrailEntry
from badgedata.records.transactions import ConditionsFailedError

LIFETIME = timedelta(seconds=MAX_LINK_SECONDS)


class _Note(NamedTuple):
    """The two records about a link: its trail entry and the marker that prevents a second entry."""

    marker: HandedOutLink
    entry: TrailEntry


def hand_out(exports: Iterable[Export], to: Caller) -> dict[str, Link]:
    """Return links to export files, keyed by export ID. The trail records that `to` received the links.

    Exports whose files can't be downloaded are omitted. If the trail can't be written, no links are returned.

    If a caller gets several links to the same file within `LIFETIME`, the trail records only the first link. Therefore,
    the last link may expire up to 2 × `LIFETIME` after the trail entry was written.
    """
    available = {export.id: export for export in exports if lifecycle.status_of(export) == "succeeded"}
    _record(available.values(), to)
    return {export_id: _link(export) for export_id, export in available.items()}


def _link(export: Export) -> Link:
    return presigned("get_object", Bucket=config().exports_bucket, Key=export.object_key or "")


def _record(exports: Iterable[Export], to: Caller) -> None:
    by_key = {HandedOutLink.key(export.id, to.identity): export for export in exports}
    recorded = {(marker.pk, marker.sk) for marker in HandedOutLink.find_all(by_key)}
    expires_at = int((clock.now() + LIFETIME).timestamp())
    notes = [
        _Note(HandedOutLink(*key, expires_at=expires_at), lifecycle.entry_by(to, export, "export-downloaded"))
        for key, export in by_key.items()
        if key not in recorded
    ]
    max_notes = transactions.MAX_WRITES // len(_Note._fields)
    for group in grouped(notes, _size, max_notes, transactions.MAX_BYTES):
        _write(group)


def _size(note: _Note) -> int:
    """Return an upper bound on a note's size in DynamoDB, in bytes."""
    return sum(len(json.dumps(record.serialize())) for record in note)


def _write(notes: Sequence[_Note]) -> None:
    """Store notes in one transaction, except those that a concurrent request has already stored."""

    def together(transaction: TransactWrite) -> None:
        for note in notes:
            unrecorded = HandedOutLink.pk.does_not_exist() | ~HandedOutLink.unexpired()
            transaction.save(note.marker, condition=unrecorded)
            transaction.save(note.entry)

    while notes:
        try:
            transactions.write(together)
        except ConditionsFailedError as error:
            recorded_by_others = error.failed[:: len(_Note._fields)]
            if not any(recorded_by_others):
                raise
            notes = [note for note, is_recorded in zip(notes, recorded_by_others, strict=True) if not is_recorded]
        else:
            return
