"""An award's cells in the award CSV, written plainly, for the peers' exports."""

from collections.abc import Sequence

from badgedata.config import config
from badgedata.exports.csv_encoding import safe
from badgedata.records.directory import BadgeClass, Issuer


class AwardCells:
    """What all awards of an issuer's file share."""

    def __init__(self, issuer_id: str, at: str) -> None:
        issuer = Issuer.get(*Issuer.key(issuer_id))
        self._issuer = [safe(issuer.entity_id), safe(issuer.name)]
        self._names = {
            badge_class.entity_id: badge_class.name
            for badge_class in BadgeClass.children.query(BadgeClass.parent_key(issuer_id))
        }
        self._at = at
        self._base_url = config().public_base_url

    def row(
        self,
        award_id: str,
        badge_class_id: str,
        recipient_type: str,
        recipient_identity: str,
        recipient_name: str | None,
        issued_on: str,
        expires: str | None,
        revoked: bool | None,
        revocation_reason: str | None,
        narrative: str | None,
        evidence_urls: Sequence[str],
        evidence_narratives: Sequence[str],
    ) -> list[str]:
        """Give the cells of one award."""
        if revoked:
            status = "revoked"
        else:
            status = "expired" if expires and expires[:19] <= self._at[:19] else "active"
        return [
            safe(award_id),
            safe(badge_class_id),
            safe(self._names.get(badge_class_id, "")),
            *self._issuer,
            safe(recipient_type),
            safe(recipient_identity),
            safe(recipient_name or ""),
            issued_on,
            expires or "",
            status,
            safe(revocation_reason or ""),
            safe(narrative or ""),
            safe(" ".join(evidence_urls)),
            safe(" | ".join(evidence_narratives)),
            f"{self._base_url}/public/assertions/{award_id}",
        ]
