"""An organization for the replacement tests, which must not change data that other tests compare."""

from typing import Any

from tests.support.images import color_png, data_uri

type Json = dict[str, Any]

ORGANIZATION, ISSUER = "observatory", "dome"
OWNER, STAFF = "caroline@observatory.example", "henrietta@observatory.example"
AWARDS = {"comets": 100, "eclipses": 3, "tides": 3, "auroras": 3, "meteors": 2, "quasars": 2, "pulsars": 0}
"""The number of awards for each badge class. The awards for `comets` fill more than one re-sync page."""
REVOKED = "comets-000"


def document() -> Json:
    """Return the organization document: one issuer, its owner, and a staff member."""
    profile = {"type": "Profile", "entityId": ISSUER, "name": "The Dome", "url": "https://dome.example"}
    return {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": ORGANIZATION, "name": "Observatory", "plan": "paid"},
        "members": [
            {"email": OWNER, "role": "owner", "issuer": ISSUER},
            {"email": STAFF, "role": "staff", "issuer": ISSUER},
        ],
        "issuers": [
            {
                "issuer": profile | {"email": "stars@dome.example"},
                "badgeClasses": [_badge_class(name, number) for name, number in AWARDS.items()],
            }
        ],
    }


def _badge_class(entity_id: str, awards: int) -> Json:
    return {
        "type": "BadgeClass",
        "entityId": entity_id,
        "name": entity_id.capitalize(),
        "description": f"Sees {entity_id}",
        "criteria": {"narrative": "Look up"},
        "image": data_uri(color_png("#123")),
        "assertions": [_assertion(f"{entity_id}-{number:03}", number) for number in range(awards)],
    }


def _assertion(entity_id: str, number: int) -> Json:
    assertion = {
        "type": "Assertion",
        "entityId": entity_id,
        "recipient": {"type": "email", "hashed": False, "identity": f"learner.{number}@example.org"},
        "issuedOn": f"2026-01-01T10:{number // 60:02}:{number % 60:02}Z",
        "verification": {"type": "HostedBadge"},
    }
    return assertion | ({"revoked": True, "revocationReason": "Clouds"} if entity_id == REVOKED else {})
