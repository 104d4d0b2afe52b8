"""Small valid documents that tests modify, and the faults that the loader reports."""

import base64
import json
from typing import Any

from operations.loading.faults import InvalidDocumentError
from operations.loading.reading import read_document
from tests.support.images import data_uri

type Json = dict[str, Any]

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg==")


def issuer_document() -> Json:
    """Return an issuer document with one record of each kind."""
    requirement = {
        "entityId": "REQ",
        "name": "Weld twice",
        "type": "badge",
        "threshold": "1 of 1",
        "awardMethod": "automatic",
        "visibility": "public",
    }
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "format": "badge-data-management/issuer",
        "formatVersion": 1,
        "exportedAt": "2026-01-31T09:00:00Z",
        "options": {"includeBadgeClasses": True},
        "issuer": {
            "id": "https://elsewhere.example.org/public/issuers/ISS",
            "type": "Profile",
            "entityId": "ISS",
            "name": "École de soudure",
            "url": "https://issuer.example.org",
            "email": "badges@issuer.example.org",
            "image": "https://issuer.example.org/logo.png",
        },
        "badgeClasses": [
            {
                "id": "https://elsewhere.example.org/public/badges/BC",
                "type": "BadgeClass",
                "entityId": "BC",
                "issuer": "https://elsewhere.example.org/public/issuers/ISS",
                "name": "Welder",
                "description": "Welds",
                "image": data_uri(PNG),
                "criteria": {"id": "https://issuer.example.org/welder", "narrative": "Weld"},
                "alignment": [{"targetName": "Welding", "targetUrl": "https://standards.example.org/welding"}],
                "tags": ["metal"],
                "createdAt": "2025-01-01T00:00:00Z",
                "assertions": [
                    {
                        "entityId": "A1",
                        "badge": "https://elsewhere.example.org/public/badges/BC",
                        "recipient": {"type": "email", "hashed": False, "identity": "ada@example.org"},
                        "issuedOn": "2026-01-01T10:00:00+02:00",
                        "expires": "2027-01-01T00:00:00.500Z",
                        "verification": {"type": "HostedBadge"},
                        "evidence": [{"id": "https://ada.example.org/weld"}, {"narrative": "Seen by me"}, {}],
                        "revoked": True,
                        "revocationReason": "It broke",
                    }
                ],
            }
        ],
        "recipientGroups": [
            {
                "entityId": "G",
                "name": "Class of 2026",
                "archived": False,
                "creation": {"method": "pathway", "pathway": "P"},
                "expiration": {"date": "2026-12-31", "method": "manual"},
                "staff": [{"name": "Grace", "id": "7"}],
                "alignments": [
                    {"type": "badge", "entityId": "BC", "name": "Welder", "requirements": [dict(requirement)]},
                    {"type": "pathway", "entityId": "P"},
                ],
                "learners": [
                    {
                        "id": "ada@example.org",
                        "name": "Ada",
                        "lastBadgeEarned": {"name": "Welder", "issuedOn": "2026-01-01T08:00:00Z"},
                        "progress": [
                            {"alignment": "P", "completed": 3, "required": 5, "evidence": ["https://ada.example.org"]}
                        ],
                    }
                ],
            }
        ],
        "pathways": [{"entityId": "P", "name": "To weld", "status": "published", "requirements": [dict(requirement)]}],
    }


def organization_document() -> Json:
    """Return an organization document that contains the issuer document without its optional envelope keys."""
    document = issuer_document()
    envelope = ("@context", "format", "formatVersion", "exportedAt", "options")
    return {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": "ORG", "name": "Makers", "plan": "paid"},
        "members": [
            {"email": "ada@example.org", "role": "admin"},
            {"email": "ada@example.org", "role": "owner", "issuer": "ISS"},
        ],
        "issuers": [{key: value for key, value in document.items() if key not in envelope}],
    }


def faults_of(document: Json) -> list[str]:
    """Read a document as the loader does, and return its faults in the form ``path: reason``."""
    try:
        read_document(json.dumps(document).encode())
    except InvalidDocumentError as bad:
        return [str(fault) for fault in bad.faults]
    return []
