"""The rules of the Open Badges Specification 2.0 (1EdTech, April 2018) that a document can violate.

Each rule names its section. `violations` yields a document's violations as ``<section>: <property>: <reason>``.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

CONTEXT = "https://w3id.org/openbadges/v2"

type Json = Any
type Rule = Callable[[Json], bool]

# "Primitive Data Types": a DateTime is ISO 8601 with a time and a time zone; an IdentityHash is an MD5 or SHA-256 in
# hex.
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")
_IDENTITY_HASH = re.compile(r"md5\$[0-9a-fA-F]{32}|sha256\$[0-9a-fA-F]{64}")
_IDENTITY_TYPES = ("email", "url", "telephone", "id")


def is_text(value: Json) -> bool:
    return isinstance(value, str)


def is_boolean(value: Json) -> bool:
    return isinstance(value, bool)


def is_iri(value: Json) -> bool:
    return isinstance(value, str) and bool(urlsplit(value).scheme) and " " not in value


def is_http(value: Json) -> bool:
    return is_iri(value) and urlsplit(value).scheme in ("http", "https")


def is_image(value: Json) -> bool:
    return is_http(value) or (isinstance(value, str) and value.startswith(("data:image/png;", "data:image/svg+xml;")))


def is_date_time(value: Json) -> bool:
    return isinstance(value, str) and _DATE_TIME.fullmatch(value) is not None


def is_list_of(rule: Rule) -> Rule:
    return lambda value: isinstance(value, list) and all(rule(item) for item in value)


def is_object(section: str) -> Rule:
    return lambda value: isinstance(value, dict) and not list(_broken(value, section))


SECTIONS: dict[str, dict[str, tuple[bool, Rule]]] = {
    "Assertion": {
        "id": (True, is_http),
        "type": (True, lambda value: value == "Assertion"),
        "recipient": (True, is_object("IdentityObject")),
        "badge": (True, is_http),
        "verification": (True, is_object("VerificationObject")),
        "issuedOn": (True, is_date_time),
        "image": (False, is_image),
        "evidence": (False, is_list_of(is_object("Evidence"))),
        "narrative": (False, is_text),
        "expires": (False, is_date_time),
        "revoked": (False, is_boolean),
        "revocationReason": (False, is_text),
    },
    "IdentityObject": {
        "identity": (True, is_text),
        "type": (True, lambda value: value in _IDENTITY_TYPES),
        "hashed": (True, is_boolean),
        "salt": (False, is_text),
    },
    "VerificationObject": {"type": (True, lambda value: value == "HostedBadge")},
    "Evidence": {"id": (False, is_iri), "narrative": (False, is_text)},
    "BadgeClass": {
        "id": (True, is_http),
        "type": (True, lambda value: value == "BadgeClass"),
        "name": (True, is_text),
        "description": (True, is_text),
        "image": (True, is_image),
        "criteria": (True, is_object("Criteria")),
        "issuer": (True, is_http),
        "alignment": (False, is_list_of(is_object("AlignmentObject"))),
        "tags": (False, is_list_of(is_text)),
    },
    "Criteria": {"id": (False, is_iri), "narrative": (False, is_text)},
    "AlignmentObject": {
        "targetName": (True, is_text),
        "targetUrl": (True, is_iri),
        "targetDescription": (False, is_text),
        "targetFramework": (False, is_text),
        "targetCode": (False, is_text),
    },
    "Profile": {
        "id": (True, is_http),
        "type": (True, lambda value: value in ("Profile", "Issuer")),
        "name": (True, is_text),
        "url": (True, is_http),
        "email": (True, lambda value: is_text(value) and "@" in value),
        "description": (False, is_text),
        "image": (False, is_image),
    },
}


def violations(document: Json, section: str) -> list[str]:
    """Return the violations of a standalone document: an Assertion, a BadgeClass, or a Profile."""
    found = [] if document.get("@context") == CONTEXT else ["JSON-LD Serialization: @context: is not that of 2.0"]
    return found + list(_broken(document, section))


def _broken(value: dict[str, Json], section: str) -> Iterator[str]:
    for name, (required, rule) in SECTIONS[section].items():
        if name not in value:
            if required:
                yield f"{section}: {name}: is missing"
        elif not rule(value[name]):
            yield f"{section}: {name}: {value[name]!r}"
    if section == "IdentityObject":
        yield from _broken_identity(value)
    if section == "Assertion" and urlsplit(value["id"]).netloc != urlsplit(value["badge"]).netloc:
        yield "Hosted verification: id: is not where the badge class is"


def _broken_identity(value: dict[str, Json]) -> Iterator[str]:
    """Require an IdentityHash for a hashed identity ("IdentityObject"), and a salt only with a hash."""
    hashed = _IDENTITY_HASH.fullmatch(str(value.get("identity"))) is not None
    if value.get("hashed") is not hashed:
        yield "IdentityObject: identity: is a hash, or `hashed` says so, and the other is not"
    if "salt" in value and not value.get("hashed"):
        yield "IdentityObject: salt: without a hash"
