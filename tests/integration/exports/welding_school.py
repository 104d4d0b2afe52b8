"""The Welding School, WELD: a load file for an issuer with every kind of data that an export can contain."""

import base64
import json
from typing import Any

from operations.loading.load import load
from operations.loading.reading import read_document

type Json = dict[str, Any]

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PNG_URI = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
# In the form that cleaning produces, so that an export contains the same bytes.
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"></svg>'
SVG_URI = f"data:image/svg+xml;base64,{base64.b64encode(SVG).decode()}"

ADMIN = "admin@weld.example.org"


def load_school() -> None:
    """Load the school's organization, on the paid plan."""
    load(read_document(json.dumps(organization()).encode()))


def organization() -> Json:
    return {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": "MAKERS", "name": "Makers", "plan": "paid"},
        "members": [{"email": ADMIN, "role": "admin"}],
        "issuers": [school(), {"issuer": {"entityId": "WOOD", "name": "Wood Shop"}}],
    }


def school() -> Json:
    return {
        "issuer": {
            "entityId": "WELD",
            "name": "École de soudure",
            "url": "https://weld.example.org",
            "email": "badges@weld.example.org",
            "description": "Welds, and teaches it",
            "image": PNG_URI,
        },
        "badgeClasses": [
            {
                "entityId": "BC-1",
                "name": "Welder",
                "description": "Welds",
                "image": SVG_URI,
                "criteria": {"id": "https://weld.example.org/welder", "narrative": "Weld **twice**"},
                "alignment": [
                    {
                        "targetName": "Welding",
                        "targetUrl": "https://standards.example.org/welding",
                        "targetDescription": "ISO 9606",
                        "targetFramework": "ISO",
                        "targetCode": "9606",
                    },
                    {"targetName": "Safety", "targetUrl": "https://standards.example.org/safety"},
                ],
                "tags": ["metal", "fire"],
                "createdAt": "2024-01-01T09:00:00Z",
                "assertions": assertions(),
            },
            {"entityId": "BC-2", "name": "Grinder", "image": "https://weld.example.org/grinder.png"},
            {"entityId": "BC-3", "name": "=Plumber", "assertions": [assertion("P1", "2026-02-01T00:00:00Z")]},
        ],
        "recipientGroups": groups(),
        "pathways": [
            {
                "entityId": "PATH-1",
                "name": "To master welder",
                "description": "Three steps",
                "status": "published",
                "requirements": [requirement("R1", "Welder"), requirement("R2", "Grinder"), requirement("R3", "Mend")],
            },
            {"entityId": "PATH-2", "name": "To nowhere"},
        ],
    }


def assertions() -> list[Json]:
    """Return assertions out of order, with and without every optional key."""
    return [
        assertion(
            "A3",
            "2026-03-01T10:00:00Z",
            recipientName="Ada Lovelace",
            expires="2027-03-01T10:00:00Z",
            narrative='Wrote "x", y;\r\nand z\t',
            evidence=[{"id": "https://ada.example.org/weld", "narrative": "A seam"}, {"narrative": "Seen"}, {}],
            image=PNG_URI,
        ),
        assertion("A1", "2025-06-30T22:00:00.125Z", revoked=True, revocationReason="It broke"),
        assertion("A2", "2025-12-31T23:59:59Z", image="https://elsewhere.example.org/baked.png", revoked=True),
        assertion("A0", "2026-03-01T10:00:00Z")
        | {"recipient": {"type": "email", "hashed": True, "identity": "sha256$" + "0" * 64, "salt": "NaCl"}},
        assertion("A4", "2026-04-01T00:00:00Z", narrative="", evidence=[], recipientName="名前 😀\u2028"),
    ]


def assertion(entity_id: str, issued_on: str, **more: Any) -> Json:
    recipient = {"type": "email", "hashed": False, "identity": f"{entity_id.lower()}@example.org"}
    return {"entityId": entity_id, "recipient": recipient, "issuedOn": issued_on, **more}


def requirement(entity_id: str, name: str) -> Json:
    return {
        "entityId": entity_id,
        "name": name,
        "type": "badge",
        "threshold": "1 of 1",
        "awardMethod": "automatic",
        "visibility": "public",
    }


def groups() -> list[Json]:
    return [
        {
            "entityId": "G-lms",
            "name": "-Course 2026",
            "description": "By the LMS",
            "archived": False,
            "createdAt": "2026-01-05T08:30:00Z",
            "creation": {"method": "lms", "courseId": "+course-7", "url": "https://lms.example.org/launch?c=7&to=a,b"},
            "expiration": {"date": "2026-12-31", "method": "lms"},
            "staff": [{"name": "Grace Hopper", "id": "7"}, {"name": "@lan", "id": "8"}],
            "alignments": [
                {"type": "badge", "entityId": "BC-1", "name": "Welder", "requirements": [requirement("R9", "Welder")]},
                {
                    "type": "pathway",
                    "entityId": "PATH-1",
                    "name": "To master welder",
                    "requirements": [
                        requirement("R1", "Welder"),
                        {"entityId": "R3", "name": "=Mend", "type": "experience", "visibility": "private"},
                    ],
                },
            ],
            "learners": [
                {
                    "id": "ada@example.org",
                    "name": "Ada Lovelace",
                    "lastBadgeEarned": {"name": "Welder", "issuedOn": "2026-03-01T10:00:00Z"},
                    "progress": [
                        {
                            "alignment": "PATH-1",
                            "completed": 1,
                            "required": 2,
                            "evidence": ["https://ada.example.org/1", "https://ada.example.org/2"],
                        },
                        {"alignment": "BC-1", "completed": 1, "required": 1},
                    ],
                },
                {"id": "learner 名前 #2"},
            ],
        },
        {
            "entityId": "G-path",
            "name": "Masters",
            "createdAt": "2026-01-06T08:30:00Z",
            "creation": {"method": "pathway", "pathway": "PATH-1"},
            "alignments": [{"type": "pathway", "entityId": "PATH-1"}],
            "learners": [
                {"id": "ada@example.org", "name": "Ada Lovelace"},
                {"id": "bob", "name": "=Bob", "progress": [{"alignment": "PATH-1", "completed": 0, "required": 3}]},
            ],
        },
        {"entityId": "G-alone", "name": "Nobody yet", "creation": {"method": "manual"}, "alignments": [], "staff": []},
        {"entityId": "G-bare", "name": "Bare", "learners": [{"id": "cy", "name": "Cy"}]},
        {
            "entityId": "G-old",
            "name": "Class of 2024",
            "archived": True,
            "creation": {"method": "api"},
            "expiration": {"date": "2024-12-31T23:59:59Z", "method": "manual"},
            "alignments": [{"type": "badge", "entityId": "BC-2", "name": "Grinder", "requirements": []}],
            "learners": [{"id": "dee"}],
        },
    ]
