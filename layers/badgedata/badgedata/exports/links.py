"""Links to the files of exports. This module alone creates such a link, and records first who gets it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from pynamodb.transactions import TransactWrite

from badgedata import clock
from badgedata.access import Caller
from badgedata.aws import MAX_LINK_SECONDS, Link, presigned
from badgedata.config import config
from badgedata.exports import lifecycle
from badgedata.records import transactions
from badgedata.records.exports import Export, HandedOutLink
from badgedata.records.trail import TrailEntry
from badgedata.records.transactions import ConditionsFailedError

LIFETIME = timedelta(seconds=MAX_LINK_SECONDS)


class _Note(NamedTuple):
    """What is stored about a link: the trail entry, and the marker that prevents a second entry."""

    marker: HandedOutLink
    entry: TrailEntry


def hand_out(exports: Iterable[Export], to: Caller) -> dict[str, Link]:
    """Record in the trail that a caller gets links to the files of exports, and return the links by the exports' IDs.

    An export whose file can't be downloaded gets no link. If the trail can't be written, no link is returned.

    For each caller and export, only the first of several links in `LIFETIME` is recorded. A later one can be valid for
    up to `LIFETIME` longer than the first, so the caller can have access until twice `LIFETIME` after the entry.
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
    for group in _groups(notes):
        _write(group)


def _groups(notes: Iterable[_Note]) -> Iterator[list[_Note]]:
    """Divide notes into groups, each of which fits into a transaction."""
    group: list[_Note] = []
    size = 0
    for note in notes:
        added = sum(len(json.dumps(record.serialize())) for record in note)  # at least the number of bytes in DynamoDB
        is_full = len(group) == transactions.MAX_WRITES // len(note) or size + added > transactions.MAX_BYTES
        if group and is_full:
            yield group
            group, size = [], 0
        group.append(note)
        size += added
    if group:
        yield group


def _write(notes: Sequence[_Note]) -> None:
    """Store notes in one transaction, except those that concurrent requests have stored in the meantime."""

    def together(transaction: TransactWrite) -> None:
        for note in notes:
            unrecorded = HandedOutLink.pk.does_not_exist() | ~HandedOutLink.unexpired()
            transaction.save(note.marker, condition=unrecorded)
            transaction.save(note.entry)

    while notes:
        try:
            transactions.write(together)
        except ConditionsFailedError as error:
            recorded_by_others = error.failed[:: len(notes[0])]
            if not any(recorded_by_others):
                raise
            notes = [note for note, is_recorded in zip(notes, recorded_by_others, strict=True) if not is_recorded]
        else:
            return
