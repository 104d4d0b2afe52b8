"""The award CSV: which awards, in which order, as which cells (docs/formats.md, "Awards")."""

from collections.abc import Iterator

from badgedata.config import config
from badgedata.exports.award_pages import AwardRow, EvidenceMap, awards_of_issuer
from badgedata.exports.csv_encoding import (
    SIGNS,
    TextCells,
    encode_header,
    id_cell,
    text_cell,
)
from badgedata.exports.pages import Page
from badgedata.exports.specification import AwardsExport
from badgedata.exports.stretches import AwardPosition, stretches
from badgedata.exports.window import window_of
from badgedata.identifiers import is_entity_id
from badgedata.published import assertion_url
from badgedata.records.directory import BadgeClass, Issuer

COLUMNS = (
    "Award ID",
    "Badge Class ID",
    "Badge Name",
    "Issuer ID",
    "Issuer Name",
    "Recipient Type",
    "Recipient Identifier",
    "Recipient Name",
    "Issued On",
    "Expires On",
    "Status",
    "Revocation Reason",
    "Narrative",
    "Evidence URLs",
    "Evidence Narratives",
    "Award URL",
)


def award_pages(
    specification: AwardsExport, issuers: list[Issuer], at: str, after: str = "", end: str | None = None
) -> Iterator[Page]:
    """Write the awards of `issuers` as CSV, page by page, in the order of issuer id, date and award id.

    Parameters
    ----------
    at
        The time (RFC 3339) that tells expired awards from active ones: when the export was asked for.
    after, end
        Encoded positions: go on after `after` ("" is the file's beginning), up to `end`.
    """
    if not after:
        yield Page(encode_header(COLUMNS, specification.byte_order_mark), 0, AwardPosition().encode())
    window = window_of(specification.awarded_after, specification.awarded_before, specification.time_zone)
    for stretch in stretches(issuers, window, after, end):
        badge_cells: dict[str, bytes] = {}
        for page in awards_of_issuer(stretch.issuer.entity_id, stretch.first, stretch.last):
            if page.items:
                badge_cells = badge_cells or _badge_cells(stretch.issuer)
                data = _encode(page.items, stretch.issuer, badge_cells, at)
                # The last page's position is the stretch's end: all up to there has been read.
                reached = page.last_evaluated_key["issuedOnAwardId"].S if page.last_evaluated_key else stretch.last
                yield Page(data, len(page.items), AwardPosition(stretch.issuer.entity_id, reached).encode())


def _badge_cells(issuer: Issuer) -> dict[str, bytes]:
    """Give the cells that an issuer's badge classes have in each of their awards' rows, by id.

    The names are the present ones: a replaced badge shows its new name at once.
    """
    badge_classes = BadgeClass.children.query(BadgeClass.parent_key(issuer.entity_id))
    return {badge.entity_id: _badge_cell(badge.entity_id, badge.name, issuer) for badge in badge_classes}


def _badge_cell(badge_class_id: str, badge_name: str, issuer: Issuer) -> bytes:
    return ",".join(
        (id_cell(badge_class_id), text_cell(badge_name), id_cell(issuer.entity_id), text_cell(issuer.name))
    ).encode()


def _encode(awards: list[AwardRow], issuer: Issuer, badge_cells: dict[str, bytes], at: str) -> bytes:
    """Write awards as rows.

    Written out instead of handed to csv.writer, for here is where an export spends its time (`make bench`): what a
    badge class's awards share is ready, what they repeat is written once, and bytes are joined, not text of all widths.
    """
    assertions_url = assertion_url(config().public_base_url, "").encode()
    repeated = TextCells()
    rows = []
    for award in awards:
        award_id, issued_on, expires = award.award_id.S, award.issued_on.S, award.expires.S
        identity, name = award.recipient_identity.S, award.recipient_name.S
        id_bytes = award_id.encode()
        url_bytes = assertions_url + id_bytes
        texts = f"{award_id}{issued_on}{expires}{identity}{name}"
        # Seldom does one of these need quotes or an apostrophe; one look at all of them says so.
        if (
            "," in texts
            or ";" in texts
            or '"' in texts
            or not texts.isprintable()  # as line breaks, tabs and control characters aren't
            or award_id.startswith(SIGNS)
            or identity.startswith(SIGNS)
            or name.startswith(SIGNS)
        ):
            id_bytes = id_cell(award_id).encode()
            if not is_entity_id(award_id):
                url_bytes = text_cell(url_bytes.decode()).encode()
            identity, name = text_cell(identity), text_cell(name)
            issued_on, expires = text_cell(issued_on), text_cell(expires)
        dates_and_status = issued_on.encode() + b",,active"
        if expires or award.revoked.BOOL:
            dates_and_status = f"{issued_on},{expires},{status_of(award, at)}".encode()
        evidence = award.evidence.L
        row = (
            id_bytes,
            badge_cells.get(award.badge_class_id.S) or _badge_cell(award.badge_class_id.S, "", issuer),
            repeated[award.recipient_type.S],
            identity.encode(),
            name.encode(),
            dates_and_status,
            repeated[award.revocation_reason.S],
            repeated[award.narrative.S],
            _evidence_cells(evidence, repeated) if evidence else b",",
            url_bytes,
        )
        rows.append(b",".join(row))
    rows.append(b"")  # so that the last row ends as the others do, without another copy of them all
    return b"\r\n".join(rows)


def _evidence_cells(evidence: list[EvidenceMap], repeated: TextCells) -> bytes:
    if len(evidence) == 1:
        urls, narratives = evidence[0].M.id.S, evidence[0].M.narrative.S
    else:
        urls = " ".join([item.M.id.S for item in evidence if item.M.id.S])
        narratives = " | ".join([item.M.narrative.S for item in evidence if item.M.narrative.S])
    return text_cell(urls).encode() + b"," + repeated[narratives]


def status_of(award: AwardRow, at: str) -> str:
    """Tell an award's status at a time, to the second: `active`, `expired` or, before both, `revoked`."""
    if award.revoked.BOOL:
        return "revoked"
    expires = award.expires.S
    return "expired" if expires and expires[:19] <= at[:19] else "active"
