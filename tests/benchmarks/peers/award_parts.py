"""An award as an award CSV row and as an assertion, in straightforward code, for the peers' exports."""

from collections.abc import Sequence
from typing import Any

from badgedata.config import config
from badgedata.exports.csv_encoding import safe, safe_id
from badgedata.records.directory import BadgeClass, Issuer


class AwardCells:
    """Award CSV rows, with the values that all awards in an issuer's file share."""

    def __init__(self, issuer_id: str, at: str) -> None:
        issuer = Issuer.get(*Issuer.key(issuer_id))
        self._issuer = [safe_id(issuer.entity_id), safe(issuer.name)]
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
        """Return the cells of one award."""
        status = "expired" if expires and expires[:19] <= self._at[:19] else "active"
        return [
            safe_id(award_id),
            safe_id(badge_class_id),
            safe(self._names.get(badge_class_id, "")),
            *self._issuer,
            safe(recipient_type),
            safe(recipient_identity),
            safe(recipient_name or ""),
            issued_on,
            expires or "",
            "revoked" if revoked else status,
            safe(revocation_reason or ""),
            safe(narrative or ""),
            safe(" ".join(evidence_urls)),
            safe(" | ".join(evidence_narratives)),
            f"{self._base_url}/public/assertions/{award_id}",
        ]


def assertion(
    award_id: str,
    badge_class_id: str,
    recipient_type: str,
    recipient_hashed: bool | None,
    recipient_identity: str,
    recipient_salt: str | None,
    recipient_name: str | None,
    issued_on: str,
    expires: str | None,
    narrative: str | None,
    evidence: Sequence[dict[str, str]] | None,
    image: str | None,
    revoked: bool | None,
    revocation_reason: str | None,
) -> dict[str, Any]:
    """Return one award as an assertion; keys that don't apply are omitted."""
    base_url = config().public_base_url
    recipient = {
        "type": recipient_type,
        "hashed": bool(recipient_hashed),
        "identity": recipient_identity,
        "salt": recipient_salt,
    }
    document = {
        "id": f"{base_url}/public/assertions/{award_id}",
        "type": "Assertion",
        "entityId": award_id,
        "badge": f"{base_url}/public/badges/{badge_class_id}",
        "recipient": _given(recipient),
        "recipientName": recipient_name,
        "issuedOn": issued_on,
        "expires": expires,
        "verification": {"type": "HostedBadge"},
        "narrative": narrative,
        "evidence": None
        if evidence is None
        else [_given({"id": item.get("id"), "narrative": item.get("narrative")}) for item in evidence],
        "image": image,
        "revoked": revoked or None,
        "revocationReason": revocation_reason if revoked else None,
    }
    return _given(document)


def _given(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value is not None}
