"""The award table as workbook rows (docs/formats.md, "XLSX").

Rows are compressed in units. Segments can begin and end only at unit ends. All workers must find the same unit ends, no
matter where they start reading. Unit ends therefore depend only on IDs:

- A unit ends after an award if the CRC-32 of the award's ID is divisible by a constant. This also applies to awards
  that the export's filter excludes.
- A unit ends before an issuer's awards if the CRC-32 of the issuer's ID is divisible by another constant.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from zlib_ng.zlib_ng import crc32

from badgedata.config import config
from badgedata.exports.award_columns import (
    DEFAULT_COLUMNS,
    AwardTexts,
    OncePerIssuer,
    evidence_narratives,
    evidence_urls,
    needs_items,
    texts_of,
)
from badgedata.exports.award_queries import Decoder, items_decoder, keyed_rows_decoder
from badgedata.exports.award_selection import AwardPosition, AwardSelection, SelectedAwards, status_of
from badgedata.exports.columns import Column
from badgedata.exports.sheet_cells import (
    EMPTY_CELL,
    MAX_UNCUT,
    ROW_END,
    ROW_START,
    TEXT_END,
    TEXT_START,
    SheetRow,
    TextCells,
    are_plain,
    escaped,
    row_encoder,
    text_cell,
    time_cell,
)
from badgedata.exports.workbook import Rows, UnitEnd
from badgedata.published import assertion_url
from badgedata.records.awards import AwardRow, EvidenceList, KeyedAwardRow
from badgedata.records.directory import Issuer

AWARDS_A_UNIT = 16_384
"""The average number of awards between unit ends, a power of two. The rows of these awards are about 12 MB of XML."""

ISSUERS_A_UNIT = 128
"""The average number of issuers between unit ends, a power of two. This value limits the number of requests per unit,
because even an issuer with few awards requires one request.
"""

MAX_READS_FOR_BOUNDARY = 30
"""The maximum number of pages to read to find a unit end. One search in 150 finds none, and the export then has fewer
segments.
"""


_ID_START = (ROW_START + TEXT_START).encode()
_CELL_END = TEXT_END.encode()
_ROW_END = (TEXT_END + ROW_END).encode()
_NEXT_TEXT = TEXT_END + TEXT_START
_NO_EXPIRY_ACTIVE = (EMPTY_CELL + text_cell("active")).encode()
_TWO_EMPTY_CELLS = (EMPTY_CELL * 2).encode()


class _Encoded(NamedTuple):
    """Rows as XML, and the number of truncated cells in each row (`cut`, keyed by row index)."""

    rows: list[bytes]
    cut: dict[int, int]


type _Encoder = Callable[[Sequence[AwardRow]], _Encoded]


def award_sheet_rows(
    selection: AwardSelection, columns: Sequence[Column], after: str, end: str | None
) -> Iterator[Rows]:
    """Yield the selected awards between the positions `after` and `end` as sheet rows.

    "" is the beginning of the file, and None is the end.
    """
    decoder: Decoder[Any] = items_decoder if needs_items(columns) else keyed_rows_decoder
    encoders = OncePerIssuer(lambda issuer: _encoder(texts_of(selection, issuer), columns))
    for (issuer, awards, _), ends in _with_ends(selection.read_unfiltered(decoder, after, end), after):
        if selection.filter is not None:
            kept = [index for index, award in enumerate(awards) if selection.filter(award)]
            ends = [UnitEnd(bisect_left(kept, end.rows), end.position) for end in ends]
            awards = [awards[index] for index in kept]
        rows, cut = encoders[issuer](awards) if awards else _Encoded([], {})
        yield Rows(rows, partial(_position_after, issuer, awards), ends, cut)


def unit_boundaries(selection: AwardSelection, after: str, end: str | None, ways: int) -> list[str]:
    """Return the unit ends that divide the awards from `after` to `end` into at most `ways` segments."""
    begin, stop = AwardPosition.decode(after), AwardPosition.decode(end) if end is not None else None
    found: list[AwardPosition] = []
    for candidate in map(AwardPosition.decode, selection.boundaries(after, end, ways)):
        if candidate <= (found[-1] if found else begin):
            continue
        boundary = _first_end(selection, candidate, end)
        # If this search finds no unit end before the segment's end, neither will a search from a later candidate.
        if boundary is None or boundary == stop:
            break
        found.append(boundary)
    return [boundary.encode() for boundary in found]


def _first_end(selection: AwardSelection, begin: AwardPosition, end: str | None) -> AwardPosition | None:
    """Return the first unit end at or after `begin`, or None if the first few batches contain none."""
    if not begin.sort_key and _is_chosen(begin.issuer_id, ISSUERS_A_UNIT):
        return begin
    after = begin.encode()
    reads = _with_ends(selection.read_unfiltered(keyed_rows_decoder, after, end), after)
    found = next((ends[0] for _, ends in islice(reads, MAX_READS_FOR_BOUNDARY) if ends), None)
    return AwardPosition.decode(found.position) if found is not None else None


def _with_ends(
    reads: Iterator[SelectedAwards[KeyedAwardRow]], after: str
) -> Iterator[tuple[SelectedAwards[KeyedAwardRow], list[UnitEnd]]]:
    """Yield each batch of awards with its unit ends. `after` is the position before the first batch."""
    issuer_id = AwardPosition.decode(after).issuer_id
    for read in reads:
        ends: list[UnitEnd] = []
        if read.issuer.entity_id != issuer_id:
            issuer_id = read.issuer.entity_id
            if _is_chosen(issuer_id, ISSUERS_A_UNIT):
                ends.append(UnitEnd(0, AwardPosition(issuer_id).encode()))
        ends += [
            UnitEnd(number, _position_after(read.issuer, read.awards, number))
            for number, award in enumerate(read.awards, start=1)
            if not crc32(award.award_id.S.encode()) % AWARDS_A_UNIT
        ]
        yield read, ends


def _is_chosen(entity_id: str, one_of: int) -> bool:
    return crc32(entity_id.encode()) % one_of == 0


def _position_after(issuer: Issuer, awards: Sequence[KeyedAwardRow], number: int) -> str:
    return AwardPosition(issuer.entity_id, awards[number - 1].issued_on_award_id.S).encode()


def _encoder(texts: AwardTexts, columns: Sequence[Column]) -> _Encoder:
    if columns == DEFAULT_COLUMNS:
        return DefaultSheetEncoder(texts)
    encode = _row_encoder(texts, columns)

    def encode_all(awards: Sequence[AwardRow]) -> _Encoded:
        rows = [encode(award) for award in awards]
        return _Encoded([row.data for row in rows], {index: row.cut for index, row in enumerate(rows) if row.cut})

    return encode_all


def _row_encoder(texts: AwardTexts, columns: Sequence[Column]) -> Callable[[AwardRow], SheetRow]:
    getters, encode = texts.getters(columns), row_encoder([column.holds for column in columns])
    return lambda award: encode([get(award) for get in getters])


class DefaultSheetEncoder:
    """A fast encoder for sheets with the default columns, which nearly all exports use.

    It uses the same optimizations as `award_csv.DefaultEncoder`.
    """

    def __init__(self, texts: AwardTexts) -> None:
        self._texts = texts
        self._encode_any = _row_encoder(texts, DEFAULT_COLUMNS)
        self._badge_cells = {
            badge_class.entity_id: self._cells_of_badge(badge_class.entity_id, badge_class.name)
            for badge_class in texts.badge_classes.values()
        }

    def _cells_of_badge(self, badge_class_id: str, badge_name: str) -> bytes:
        issuer = self._texts.issuer
        return "".join(map(text_cell, (badge_class_id, badge_name, issuer.entity_id, issuer.name))).encode()

    def __call__(self, awards: Sequence[AwardRow]) -> _Encoded:
        """Return the awards as sheet rows in XML."""
        at = self._texts.at
        assertions_url = assertion_url(config().public_base_url, "")
        url_start = (TEXT_START + escaped(assertions_url)).encode()
        badge_cells = self._badge_cells
        repeated = TextCells()
        rows: list[bytes] = []
        cut: dict[int, int] = {}
        for award in awards:
            award_id, expires = award.award_id.S, award.expires.S
            identity, name = award.recipient_identity.S, award.recipient_name.S
            # These values rarely need escaping, so all of them are checked together.
            if are_plain(f" {award_id} {identity} {name} "):
                id_bytes = award_id.encode()
                id_cell = _ID_START + id_bytes + _CELL_END
                url_cell = url_start + id_bytes + _ROW_END
                people = f"{TEXT_START}{identity}{_NEXT_TEXT}{name}{TEXT_END}".encode()
            else:
                id_cell = (ROW_START + text_cell(award_id)).encode()
                url_cell = (text_cell(assertions_url + award_id) + ROW_END).encode()
                people = (text_cell(identity) + text_cell(name)).encode()
            if expires or award.revoked.BOOL:
                until = f"{time_cell(expires)}{TEXT_START}{status_of(award, at)}{TEXT_END}".encode()
            else:
                until = _NO_EXPIRY_ACTIVE
            row = (
                id_cell,
                badge_cells.get(award.badge_class_id.S) or self._cells_of_badge(award.badge_class_id.S, ""),
                repeated[award.recipient_type.S],
                people,
                time_cell(award.issued_on.S).encode(),
                until,
                repeated[award.revocation_reason.S],
                repeated[award.narrative.S],
                _evidence_cells(award.evidence, repeated) if award.evidence.L else _TWO_EMPTY_CELLS,
                url_cell,
            )
            data = b"".join(row)
            if len(data) > MAX_UNCUT:
                data, count = self._encode_any(award)
                if count:
                    cut[len(rows)] = count
            rows.append(data)
        return _Encoded(rows, cut)


def _evidence_cells(evidence: EvidenceList, repeated: TextCells) -> bytes:
    return text_cell(evidence_urls(evidence)).encode() + repeated[evidence_narratives(evidence)]
