"""The award CSV: which awards, in which order, as which cells (docs/guide.md, "Awards")."""

from collections.abc import Iterator
from typing import NamedTuple

from badgedata.addresses import assertion_url
from badgedata.config import config
from badgedata.exports.award_pages import AwardItem, AwardPage, awards_of_issuer, behind
from badgedata.exports.csv_encoding import encode_header, encode_rows, safe
from badgedata.exports.pages import Page
from badgedata.exports.specification import AwardsExport
from badgedata.exports.window import Window, window_of
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
        Positions, ``<issuer id> <sort key>``: go on behind `after` ("" is the file's beginning, its header), up to `end`.
    """
    if not after:
        yield Page(encode_header(COLUMNS, specification.byte_order_mark), 0, position("", ""))
    window = window_of(specification.awarded_after, specification.awarded_before, specification.time_zone)
    for stretch in stretches(issuers, window, after, end):
        badge_names: dict[str, str] = {}
        for page in awards_of_issuer(stretch.issuer.entity_id, stretch.first, stretch.last):
            if page.items:
                badge_names = badge_names or _badge_names(stretch.issuer.entity_id)
                data = encode_rows(_rows(page, stretch.issuer, badge_names, at))
                last = page.items[-1].issued_on_award_id.S
                yield Page(data, len(page.items), position(stretch.issuer.entity_id, last))


def position(issuer_id: str, sort_key: str) -> str:
    """Write a position in the order of an award export; "" as `sort_key` is before the issuer's first award."""
    return f"{issuer_id} {sort_key}"


class Stretch(NamedTuple):
    """An issuer's awards from one sort key up to another."""

    issuer: Issuer
    first: str
    last: str


def stretches(issuers: list[Issuer], window: Window, after: str, end: str | None) -> Iterator[Stretch]:
    """Give what lies in a window behind the position `after`, up to `end`, in the order of the file."""
    after_issuer, _, after_key = after.partition(" ")
    end_issuer, _, end_key = end.partition(" ") if end is not None else ("", "", "")
    for issuer in sorted(issuers, key=lambda issuer: issuer.entity_id):
        if issuer.entity_id < after_issuer or (end is not None and issuer.entity_id > end_issuer):
            continue
        first = max(window.first, behind(after_key)) if issuer.entity_id == after_issuer and after_key else window.first
        last = min(window.end, end_key) if end is not None and issuer.entity_id == end_issuer else window.end
        if first <= last:
            yield Stretch(issuer, first, last)


def _badge_names(issuer_id: str) -> dict[str, str]:
    """Give the present names of an issuer's badge classes, by id: a replaced badge shows its new name at once."""
    return {
        badge_class.entity_id: badge_class.name
        for badge_class in BadgeClass.children.query(BadgeClass.parent_key(issuer_id))
    }


def _rows(page: AwardPage, issuer: Issuer, badge_names: dict[str, str], at: str) -> Iterator[tuple[str, ...]]:
    issuer_id, issuer_name, base_url = safe(issuer.entity_id), safe(issuer.name), config().public_base_url
    for award in page.items:
        evidence = [item.M for item in award.evidence.L]
        yield (
            safe(award.award_id.S),
            safe(award.badge_class_id.S),
            safe(badge_names.get(award.badge_class_id.S, "")),
            issuer_id,
            issuer_name,
            safe(award.recipient_type.S),
            safe(award.recipient_identity.S),
            safe(award.recipient_name.S),
            award.issued_on.S,
            award.expires.S,
            status_of(award, at),
            safe(award.revocation_reason.S),
            safe(award.narrative.S),
            safe(" ".join(item.id.S for item in evidence if item.id.S)),
            safe(" | ".join(item.narrative.S for item in evidence if item.narrative.S)),
            assertion_url(base_url, award.award_id.S),
        )


def status_of(award: AwardItem, at: str) -> str:
    """Tell whether an award is `active`, `expired` or `revoked` at a time, to the second; revoked says more than expired."""
    if award.revoked.BOOL:
        return "revoked"
    expires = award.expires.S
    return "expired" if expires and expires[:19] <= at[:19] else "active"
