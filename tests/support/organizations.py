"""Three organizations with people in every role, loaded as an operator would load them."""

import json
from typing import Any

from operations.loading.load import load
from operations.loading.reading import read_document
from tests.support.api_client import Person

ADMIN, OWNER, EDITOR, STAFF = (Person(f"{role}@makers.example.org") for role in ("admin", "owner", "editor", "staff"))
CARPENTER = Person("carpenter@makers.example.org")  # owner of the other issuer in the same organization
RIVAL = Person("admin@rivals.example.org")
PENNILESS = Person("admin@free.example.org")
NOBODY = Person("nobody@example.org")

ISSUER_ROLES = {"owner": OWNER, "editor": EDITOR, "staff": STAFF}


def load_organizations() -> None:
    """Load the makers (paid; issuers WELD and WOOD), the rivals (paid; RIV), and the free organization (GRATIS)."""
    weld = issuer("WELD", "Welding School", [award("A1", "2025-06-30T22:00:00Z"), award("A2", "2026-01-15T08:00:00Z")])
    roles = [member(ADMIN, "admin"), *(member(person, role, "WELD") for role, person in ISSUER_ROLES.items())]
    load_organization(
        "MAKERS", "paid", [weld, issuer("WOOD", "Wood Shop")], [*roles, member(CARPENTER, "owner", "WOOD")]
    )
    load_organization("RIVALS", "paid", [issuer("RIV", "Rival School", [award("R1")])], [member(RIVAL, "admin")])
    load_organization("FREE", "free", [issuer("GRATIS", "Free School", [award("F1")])], [member(PENNILESS, "admin")])


def load_organization(entity_id: str, plan: str, issuers: list[Any], members: list[Any]) -> None:
    document = {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": entity_id, "name": f"The {entity_id.title()}", "plan": plan},
        "members": members,
        "issuers": issuers,
    }
    # The organization's own ID confirms that an existing organization may change.
    load(read_document(json.dumps(document).encode()), organization_id=entity_id)


def member(person: Person, role: str, issuer_id: str | None = None) -> dict[str, str]:
    return {"email": person.email, "role": role} | ({"issuer": issuer_id} if issuer_id else {})


def issuer(entity_id: str, name: str, awards: list[Any] | None = None, badge_classes: int = 1) -> dict[str, Any]:
    """Return an issuer with badge classes `BC-<issuer>-1` and so on; the first one has the awards."""
    classes = [{"entityId": f"BC-{entity_id}-{n + 1}", "name": f"{name} {n + 1}"} for n in range(badge_classes)]
    return {
        "issuer": {"entityId": entity_id, "name": name, "url": "https://school.example.org"},
        "badgeClasses": [classes[0] | {"assertions": awards or []}, *classes[1:]],
    }


def award(entity_id: str, issued_on: str = "2026-01-01T00:00:00Z", **more: Any) -> dict[str, Any]:
    identity = f"{entity_id.lower()}@example.org"
    return {"entityId": entity_id, "recipient": {"type": "email", "identity": identity}, "issuedOn": issued_on} | more
