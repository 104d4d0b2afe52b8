"""The award table as CSV (docs/formats.md, "Awards")."""

from collections.abc import Callable, Iterator, Sequence

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
from badgedata.exports.award_queries import items_decoder, rows_decoder
from badgedata.exports.award_selection import AwardPosition, AwardSelection, SelectedAwards, status_of
from badgedata.exports.columns import Column, Row
from badgedata.exports.csv_encoding import (
    SIGNS,
    CsvStyle,
    TextCells,
    encode_header,
    id_cell,
    row_encoder,
    text_cell,
)
from badgedata.exports.pages import Page
from badgedata.identifiers import is_entity_id
from badgedata.published import assertion_url
from badgedata.records.awards import AwardRow, EvidenceList

type _Encoder = Callable[[Sequence[AwardRow]], bytes]


def award_csv_pages(
    selection: AwardSelection, columns: Sequence[Column], style: CsvStyle, after: str = "", end: str | None = None
) -> Iterator[Page]:
    """Yield the selected awards as CSV pages, ordered by issuer ID, date, and award ID.

    Parameters
    ----------
    after, end
        The encoded positions at which writing starts and ends. "" is the beginning of the file, and None is the end.
    """
    if not after:
        yield Page(encode_header(columns, style), 0, AwardPosition().encode())
    encoders = OncePerIssuer(lambda issuer: _encoder(texts_of(selection, issuer), columns, style))
    for issuer, awards, position in _read_awards(selection, columns, after, end):
        yield Page(encoders[issuer](awards) if awards else b"", len(awards), position.encode())


def award_rows(selection: AwardSelection, columns: Sequence[Column]) -> Iterator[list[Row]]:
    """Yield the selected awards as rows, one batch at a time."""
    getters = OncePerIssuer(lambda issuer: texts_of(selection, issuer).getters(columns))
    for issuer, awards, _ in _read_awards(selection, columns, "", None):
        yield [[get(award) for get in getters[issuer]] for award in awards]


def _read_awards(
    selection: AwardSelection, columns: Sequence[Column], after: str, end: str | None
) -> Iterator[SelectedAwards[AwardRow]]:
    return selection.read(items_decoder if needs_items(columns) else rows_decoder, after, end)


def _encoder(texts: AwardTexts, columns: Sequence[Column], style: CsvStyle) -> _Encoder:
    if columns == DEFAULT_COLUMNS and style.is_safe and style.separator == ",":
        return DefaultEncoder(texts)
    getters, encode = texts.getters(columns), row_encoder(columns, style)
    return lambda awards: b"".join([encode([get(award) for get in getters]) for award in awards])


class DefaultEncoder:
    """A fast encoder for the most common CSV format: the default columns, separated by commas.

    Exports spend most of their time in this class (`make bench`). For each badge class, it prepares the cells that
    all awards share. It encodes repeated values only once, and joins bytes instead of strings. The general encoder
    (`row_encoder`) returns the same bytes but takes about twice as long.
    """

    def __init__(self, texts: AwardTexts) -> None:
        self._texts = texts
        self._badge_cells = {
            badge_class.entity_id: self._badge_cell(badge_class.entity_id, badge_class.name)
            for badge_class in texts.badge_classes.values()
        }

    def _badge_cell(self, badge_class_id: str, badge_name: str) -> bytes:
        issuer = self._texts.issuer
        return ",".join(
            (id_cell(badge_class_id), text_cell(badge_name), id_cell(issuer.entity_id), text_cell(issuer.name))
        ).encode()

    def __call__(self, awards: Sequence[AwardRow]) -> bytes:
        """Return the awards as CSV lines in UTF-8."""
        at = self._texts.at
        assertions_url = assertion_url(config().public_base_url, "").encode()
        badge_cells = self._badge_cells
        repeated = TextCells()
        rows = []
        for award in awards:
            award_id, issued_on, expires = award.award_id.S, award.issued_on.S, award.expires.S
            identity, name = award.recipient_identity.S, award.recipient_name.S
            id_bytes = award_id.encode()
            url_bytes = assertions_url + id_bytes
            texts = f"{award_id}{issued_on}{expires}{identity}{name}"
            # These values rarely need quotes or an apostrophe, so all of them are checked together.
            if (
                "," in texts
                or ";" in texts
                or '"' in texts
                or not texts.isprintable()  # line breaks, tabs, and control characters aren't printable
                or award_id.startswith(SIGNS)
                or identity.startswith(SIGNS)
                or name.startswith(SIGNS)
                or expires.startswith(SIGNS)
                or issued_on.startswith(SIGNS)
            ):
                id_bytes = id_cell(award_id).encode()
                if not is_entity_id(award_id):
                    url_bytes = text_cell(url_bytes.decode()).encode()
                identity, name = text_cell(identity), text_cell(name)
                issued_on, expires = text_cell(issued_on), text_cell(expires)
            dates_and_status = issued_on.encode() + b",,active"
            if expires or award.revoked.BOOL:
                dates_and_status = b",".join((issued_on.encode(), expires.encode(), status_of(award, at).encode()))
            row = (
                id_bytes,
                badge_cells.get(award.badge_class_id.S) or self._badge_cell(award.badge_class_id.S, ""),
                repeated[award.recipient_type.S],
                identity.encode(),
                name.encode(),
                dates_and_status,
                repeated[award.revocation_reason.S],
                repeated[award.narrative.S],
                _evidence_cells(award.evidence, repeated) if award.evidence.L else b",",
                url_bytes,
            )
            rows.append(b",".join(row))
        rows.append(b"")  # ends the last row with a line break without copying all rows
        return b"\r\n".join(rows)


def _evidence_cells(evidence: EvidenceList, repeated: TextCells) -> bytes:
    return text_cell(evidence_urls(evidence)).encode() + b"," + repeated[evidence_narratives(evidence)]
