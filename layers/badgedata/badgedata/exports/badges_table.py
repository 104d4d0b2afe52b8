"""The table of badge classes with their award counts (docs/formats.md, "Badges")."""

from collections.abc import Sequence

from badgedata.config import config
from badgedata.counts.totals import awards_by_badge_class
from badgedata.exports.columns import Column, cell_picker
from badgedata.exports.directory_lists import badge_classes_after
from badgedata.exports.pages import Row, Rows, Table, TablePosition
from badgedata.published import badge_class_url
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Issuer


def badge_table(columns: Sequence[Column], issuers: Sequence[Issuer]) -> Table:
    """Return the table of badge classes of one or more issuers, ordered by issuer ID and badge class ID."""
    pick = cell_picker("badges", columns)

    def rows_after(begin: TablePosition) -> Rows:
        for issuer in sorted(issuers, key=lambda issuer: issuer.entity_id):
            if issuer.entity_id < begin.issuer:
                continue
            last = begin.group if issuer.entity_id == begin.issuer else ""
            awards = awards_by_badge_class(issuer.entity_id)
            for badge_class in badge_classes_after(issuer.entity_id, last):
                row = _row(badge_class, issuer, awards[badge_class.entity_id])
                yield TablePosition(badge_class.entity_id, issuer=issuer.entity_id), pick(row)

    return Table(columns, rows_after, lambda: sum(map(_count_badge_classes, issuers)))


def _count_badge_classes(issuer: Issuer) -> int:
    return BadgeClass.children.count(BadgeClass.parent_key(issuer.entity_id))


def _row(badge_class: BadgeClass, issuer: Issuer, awards: int) -> Row:
    badge_class_id = badge_class.entity_id
    return [
        badge_class_id,
        badge_class.name,
        issuer.entity_id,
        issuer.name,
        list(badge_class.tags or []),
        badge_class.created_at or "",
        str(awards),
        _last_awarded_on(badge_class_id),
        badge_class_url(config().public_base_url, badge_class_id),
    ]


def _last_awarded_on(badge_class_id: str) -> str:
    latest = Award.by_badge_class.query(badge_class_id, scan_index_forward=False, limit=1)
    return next((award.issued_on for award in latest), "")
