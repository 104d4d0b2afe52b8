"""Keys, signed badges, and documents that publish the keys."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from badgedata.openbadges.reading import read_source
from badgedata.openbadges.rejections import SourceRejectedError
from tests.support.images import png
from tests.unit.openbadges.specification_examples import CREDENTIAL_3_0, KEY_2_0
from tests.unit.openbadges.web import Web, document

KEY_URL = "https://example.org/publicKey.json"
ISSUER_URL = "https://example.org/organization.json"
IMAGE = "data:image/png;base64," + base64.b64encode(png()).decode()
RSA = rsa.generate_private_key(65537, 2048)
P256 = ec.generate_private_key(ec.SECP256R1())
ED25519 = ed25519.Ed25519PrivateKey.generate()

KEYS: dict[str, RSAKey | ECKey | OKPKey] = {
    "RS256": RSAKey.import_key(RSA),
    "ES256": ECKey.import_key(P256),
    "EdDSA": OKPKey.import_key(ED25519),
}

CREDENTIAL: dict[str, Any] = json.loads(
    json.dumps(CREDENTIAL_3_0).replace("https://example.com/achievements/teamwork.png", IMAGE)
)

PROFILE: dict[str, Any] = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Issuer",
    "id": ISSUER_URL,
    "name": "Example University",
    "publicKey": [KEY_URL],
}


def signed(content: object, algorithm: str = "RS256", **header: Any) -> str:
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = 4096
    return jws.serialize_compact({"alg": algorithm} | header, json.dumps(content), KEYS[algorithm], registry=registry)


def pem(key: str = "RS256") -> str:
    return KEYS[key].as_pem(private=False).decode()


def published(algorithm: str = "RS256", **profile: Any) -> dict[str, object]:
    """Return the documents that an issuer of signed 2.0 badges publishes: a key, and a profile that lists it."""
    return {KEY_URL: KEY_2_0 | {"publicKeyPem": pem(algorithm)}, ISSUER_URL: PROFILE | profile}


def warnings_of(
    token: str, pages: dict[str, object] | None = None, redirects: dict[str, str] | None = None
) -> tuple[str, ...]:
    return read_source(document(token), Web(pages, redirects).fetch).warnings


def rejection(
    token: str, pages: dict[str, object] | None = None, redirects: dict[str, str] | None = None
) -> SourceRejectedError:
    with pytest.raises(SourceRejectedError) as rejected:
        read_source(document(token), Web(pages, redirects).fetch)
    return rejected.value


def tampered(token: str) -> str:
    header, payload, signature = token.split(".")
    changed = base64.urlsafe_b64decode(payload + "==").replace(b"Awesome", b"Awful12").replace(b"Teamwork", b"Tricking")
    return ".".join((header, base64.urlsafe_b64encode(changed).decode().rstrip("="), signature))


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
