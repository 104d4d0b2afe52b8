"""Organizations for the page tests: a small one with replaceable badges, and one that attacks its readers."""

import json
from io import BytesIO
from typing import Any

from openbadges_bakery import bake

from tests.support.images import color_png, data_uri

type Json = dict[str, Any]

ADMIN = "page-admin@example.org"
HOSTILE_ADMIN = "page-victim@example.org"

HOSTILE_NAME = """<img src=x onerror="window.hacked='name'"><script>window.hacked='script'</script>"""
HOSTILE_SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10"
 onload="parent.hacked='onload'"><script>parent.hacked='svg'</script><style>@import url(https://evil.example/a.css);</style>
 <image href="https://evil.example/pixel.png" width="5" height="5"/><foreignObject width="9" height="9">
 <body xmlns="http://www.w3.org/1999/xhtml" onload="parent.hacked='body'"/></foreignObject>
 <a href="javascript:parent.hacked='link'"><rect width="10" height="10" fill="#c60"/></a></svg>"""


def badge_class(name: str, color: str = "#b3261e", **more: Any) -> Json:
    """Return a badge class as another platform would publish it, with an embedded image and issuer."""
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "BadgeClass",
        "id": "https://elsewhere.example.org/badges/1",
        "name": name,
        "description": f"{name}, as other platforms have it",
        "image": data_uri(color_png(color)),
        "criteria": {"narrative": "Do it twice"},
        "issuer": {
            "type": "Profile",
            "id": "https://elsewhere.example.org/issuer",
            "name": "Elsewhere",
            "url": "https://elsewhere.example.org",
            "email": "badges@elsewhere.example.org",
        },
        "tags": ["metal", "fire"],
    } | more


def awarded_image(badge: Json, color: str = "#b3261e") -> bytes:
    """Bake an assertion of a badge class into an image, using a library that isn't part of this product."""
    assertion = {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": "https://elsewhere.example.org/assertions/1",
        "recipient": {"type": "email", "hashed": False, "identity": "learner@example.org"},
        "issuedOn": "2026-01-31T09:00:00Z",
        "verification": {"type": "HostedBadge"},
        "badge": badge,
    }
    baked = BytesIO()
    bake(BytesIO(color_png(color)), json.dumps(assertion), baked)
    return baked.getvalue()


def small_organization() -> Json:
    """Return an organization with four badges. One was awarded three times, and one has an award from the year 2099."""
    awards = [_assertion(f"weld-{number}", f"2026-0{number}-01T10:00:00Z") for number in (1, 2, 3)]
    return _organization(
        "page-tests",
        "Workshop of the page's tests",
        ADMIN,
        _issuer(
            "page-workshop",
            "Workshop",
            [
                _badge("page-welder", "Welder", data_uri(color_png("#0e6b60")), awards),
                _badge("page-turner", "Turner", data_uri(color_png("#444")), []),
                _badge("page-smith", "Smith", data_uri(color_png("#777")), []),
                _badge(
                    "page-planner",
                    "Planner",
                    data_uri(color_png("#999")),
                    [_assertion("plan-1", "2099-12-31T23:59:59Z")],
                ),
            ],
        ),
    )


def hostile_organization() -> Json:
    """Return an organization with markup in every name, an SVG with scripts, and text that reverses its direction."""
    attack = data_uri(HOSTILE_SVG)
    badge = _badge("page-attack", HOSTILE_NAME, attack, []) | {
        "description": f"\u202e{HOSTILE_NAME}",
        "criteria": {
            "id": "https://evil.example/?'onload='window.hacked",
            "narrative": f"[x](javascript:alert(1)) {HOSTILE_NAME}",
        },
        "tags": [HOSTILE_NAME, "W" * 500],
        "alignment": [{"targetName": HOSTILE_NAME, "targetUrl": "https://evil.example/?'onload='window.hacked"}],
    }
    issuer = _issuer("page-attacker", HOSTILE_NAME, [badge])
    issuer["issuer"] |= {"description": HOSTILE_NAME, "image": attack}
    return _organization("page-attackers", HOSTILE_NAME, HOSTILE_ADMIN, issuer)


def _organization(entity_id: str, name: str, admin: str, *issuers: Json) -> Json:
    return {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": entity_id, "name": name, "plan": "paid"},
        "members": [{"email": admin, "role": "admin"}],
        "issuers": list(issuers),
    }


def _issuer(entity_id: str, name: str, badges: list[Json]) -> Json:
    profile = {"type": "Profile", "entityId": entity_id, "name": name, "url": "https://workshop.example.org"}
    return {"issuer": profile | {"email": "workshop@example.org"}, "badgeClasses": badges}


def _badge(entity_id: str, name: str, image: str, assertions: list[Json]) -> Json:
    return {
        "type": "BadgeClass",
        "entityId": entity_id,
        "name": name,
        "description": "Works with metal",
        "image": image,
        "criteria": {"narrative": "Do it once"},
        "tags": ["metal", "cold"],
        "createdAt": "2025-01-01T00:00:00Z",
        "assertions": assertions,
    }


def _assertion(entity_id: str, issued_on: str) -> Json:
    return {
        "entityId": entity_id,
        "recipient": {"type": "email", "hashed": False, "identity": f"{entity_id}@example.org"},
        "recipientName": "Zoë",
        "issuedOn": issued_on,
        "verification": {"type": "HostedBadge"},
    }
