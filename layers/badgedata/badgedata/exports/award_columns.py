"""The cell values for each column of an award table (docs/formats.md, "Awards")."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from badgedata import published
from badgedata.config import config
from badgedata.exports.award_selection import AwardSelection, status_of, time_of
from badgedata.exports.columns import AWARD_COLUMNS, Column
from badgedata.exports.window import local_date, zone_named
from badgedata.records.awards import AwardItem, AwardRow, EvidenceList
from badgedata.records.directory import BadgeClass, Issuer

DEFAULT_COLUMNS: Final = [column for column in AWARD_COLUMNS if column.default]

_NEED_ITEMS: Final = frozenset({"Award Image URL"})


@dataclass(frozen=True)
class AwardTexts:
    """The data needed to convert one issuer's awards to text for table cells.

    Parameters
    ----------
    badge_classes
        The issuer's badge classes, keyed by ID.
    at
        A time (RFC 3339). The file shows each award's status as of this time.
    zone
        The time zone for columns that contain calendar days.
    """

    issuer: Issuer
    badge_classes: dict[str, BadgeClass]
    at: str
    zone: ZoneInfo

    def getters(self, columns: Sequence[Column]) -> list[Callable[[AwardRow], str]]:
        """Return one function per column. Each function takes an award and returns the text of the column's cell."""
        return [partial(_GETTERS[column.name], self) for column in columns]

    def _badge(self, award: AwardRow) -> BadgeClass | None:
        return self.badge_classes.get(award.badge_class_id.S)

    def badge_name(self, award: AwardRow) -> str:
        """Return the current name of the award's badge class, or "" if the badge class no longer exists."""
        badge_class = self._badge(award)
        return badge_class.name if badge_class is not None else ""

    def badge_description(self, award: AwardRow) -> str:
        """Return the current description of the award's badge class, or "" if there is none."""
        badge_class = self._badge(award)
        return (badge_class.description or "") if badge_class is not None else ""

    def badge_tags(self, award: AwardRow) -> str:
        """Return the current tags of the award's badge class, joined with ``; ``."""
        badge_class = self._badge(award)
        return "; ".join(badge_class.tags or []) if badge_class is not None else ""

    def badge_url(self, award: AwardRow) -> str:
        """Return the URL of the badge class's public document."""
        return published.badge_class_url(config().public_base_url, award.badge_class_id.S)

    def badge_image_url(self, award: AwardRow) -> str:
        """Return the URL of the badge class's image, or "" if there is none."""
        badge_class = self._badge(award)
        return published.image_url(self.badge_url(award), badge_class.image if badge_class else None) or ""

    def award_url(self, award: AwardRow) -> str:
        """Return the URL of the award's public document."""
        return published.assertion_url(config().public_base_url, award.award_id.S)

    def award_image_url(self, award: AwardRow) -> str:
        """Return the URL of the award's image, or "" if the award has no image."""
        image = award.image.S if isinstance(award, AwardItem) else ""
        return published.image_url(self.award_url(award), image or None) or ""

    def day(self, award: AwardRow, attribute: str, time: str) -> str:
        """Return the calendar day of `time` in the export's time zone, or "" if `time` is empty.

        `attribute` is the name of the award attribute that contains the time, for use in error messages.
        """
        return local_date(time_of(award, attribute, time), self.zone).isoformat() if time else ""


class OncePerIssuer[T]:
    """A cache that keeps only the current issuer's value.

    Awards are read issuer by issuer, so earlier values aren't needed again.
    """

    def __init__(self, make: Callable[[Issuer], T]) -> None:
        self._make = make
        self._made: tuple[str, T] | None = None

    def __getitem__(self, issuer: Issuer) -> T:
        """Return the value for an issuer. If it isn't cached, create it."""
        if self._made is None or self._made[0] != issuer.entity_id:
            self._made = issuer.entity_id, self._make(issuer)
        return self._made[1]


def needs_items(columns: Sequence[Column]) -> bool:
    """Return whether the columns need more award attributes than `AwardRow` contains."""
    return any(column.name in _NEED_ITEMS for column in columns)


def texts_of(selection: AwardSelection, issuer: Issuer) -> AwardTexts:
    """Return the data needed to convert an issuer's awards to text for table cells."""
    badge_classes = {badge_class.entity_id: badge_class for badge_class in selection.badge_classes_of(issuer)}
    return AwardTexts(issuer, badge_classes, selection.at, zone_named(selection.specification.time_zone))


def evidence_urls(evidence: EvidenceList) -> str:
    """Return the URLs of an award's evidence, separated by spaces."""
    if len(evidence.L) == 1:
        return evidence.L[0].M.id.S
    return " ".join([item.M.id.S for item in evidence.L if item.M.id.S])


def evidence_narratives(evidence: EvidenceList) -> str:
    """Return the narratives of an award's evidence, separated by vertical bars."""
    if len(evidence.L) == 1:
        return evidence.L[0].M.narrative.S
    return " | ".join([item.M.narrative.S for item in evidence.L if item.M.narrative.S])


_GETTERS: Final[dict[str, Callable[[AwardTexts, AwardRow], str]]] = {
    "Award ID": lambda _, award: award.award_id.S,
    "Badge Class ID": lambda _, award: award.badge_class_id.S,
    "Badge Name": AwardTexts.badge_name,
    "Issuer ID": lambda texts, _: texts.issuer.entity_id,
    "Issuer Name": lambda texts, _: texts.issuer.name,
    "Recipient Type": lambda _, award: award.recipient_type.S,
    "Recipient Identifier": lambda _, award: award.recipient_identity.S,
    "Recipient Name": lambda _, award: award.recipient_name.S,
    "Issued On": lambda _, award: award.issued_on.S,
    "Expires On": lambda _, award: award.expires.S,
    "Status": lambda texts, award: status_of(award, texts.at),
    "Revocation Reason": lambda _, award: award.revocation_reason.S,
    "Narrative": lambda _, award: award.narrative.S,
    "Evidence URLs": lambda _, award: evidence_urls(award.evidence),
    "Evidence Narratives": lambda _, award: evidence_narratives(award.evidence),
    "Award URL": AwardTexts.award_url,
    "Badge Description": AwardTexts.badge_description,
    "Badge Tags": AwardTexts.badge_tags,
    "Badge Image URL": AwardTexts.badge_image_url,
    "Award Image URL": AwardTexts.award_image_url,
    "Badge URL": AwardTexts.badge_url,
    "Issuer URL": lambda texts, _: published.issuer_url(config().public_base_url, texts.issuer.entity_id),
    "Issued Date": lambda texts, award: texts.day(award, "issuedOn", award.issued_on.S),
    "Expires Date": lambda texts, award: texts.day(award, "expires", award.expires.S),
    "Evidence Count": lambda _, award: str(len(award.evidence.L)),
}
