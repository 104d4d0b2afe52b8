"""Open Badges 3.0 signatures as VC-JWT (section 8.2), with the key in the header, at a URL, or in a did:key."""

import base64

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from badgedata.openbadges.reading import read_source
from badgedata.openbadges.signing_keys import BASE58, multibase_key
from tests.unit.openbadges.signing import (
    CREDENTIAL,
    ED25519,
    KEYS,
    P256,
    encoded,
    rejection,
    signed,
    tampered,
    warnings_of,
)
from tests.unit.openbadges.web import Web, document

# The badges use the algorithm name EdDSA, which has since been replaced by Ed25519.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
ISSUER_3_0 = "https://example.edu/issuers/565049"


def did_key(octets: bytes) -> str:
    number, letters = int.from_bytes(octets), ""
    while number:
        number, rest = divmod(number, 58)
        letters = BASE58[rest] + letters
    return "did:key:z" + letters


@pytest.mark.parametrize("wrapped", [True, False], ids=["vc claim", "claims"])
def test_vc_jwt_with_its_key_in_the_header_is_verified(wrapped: bool) -> None:
    claims = {"iss": ISSUER_3_0, "vc": CREDENTIAL} if wrapped else CREDENTIAL | {"iss": ISSUER_3_0}
    token = signed(claims, jwk=KEYS["RS256"].as_dict(private=False))

    proposal = read_source(document(token), Web().fetch)

    assert (proposal.name, proposal.open_badges_version) == ("Teamwork", "3.0")
    assert proposal.assertion_id == "http://example.edu/credentials/3732"
    assert proposal.warnings == (
        "The signature is valid, but the badge contains the key, so anyone could have signed the badge.",
    )
    assert rejection(tampered(token)).code == "bad-signature"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
@pytest.mark.parametrize("form", ["JWK", "JWK set", "verification method", "controller document"])
def test_vc_jwt_with_a_url_as_its_key_id_is_verified(algorithm: str, form: str) -> None:
    kid = f"{ISSUER_3_0}#key-1"
    jwk = KEYS[algorithm].as_dict(private=False)
    other = KEYS["ES256" if algorithm == "RS256" else "RS256"].as_dict(private=False) | {"kid": "key-0"}
    published = {
        "JWK": jwk,
        "JWK set": {"keys": [other, jwk | {"kid": kid}]},
        "verification method": {"id": kid, "type": "JsonWebKey", "publicKeyJwk": jwk},
        "controller document": {
            "id": ISSUER_3_0,
            "verificationMethod": [
                {"id": f"{ISSUER_3_0}#key-0", "publicKeyJwk": other},
                {"id": kid, "publicKeyJwk": jwk},
            ],
        },
    }[form]
    token = signed(CREDENTIAL, algorithm, kid=kid)

    assert warnings_of(token, {ISSUER_3_0: published}) == ()
    assert rejection(tampered(token), {ISSUER_3_0: published}).code == "bad-signature"


def test_vc_jwt_with_a_key_on_another_site_causes_a_warning() -> None:
    kid = "https://evil.example/key"
    jwk = KEYS["RS256"].as_dict(private=False)
    assert "not on the site of the issuer" in warnings_of(signed(CREDENTIAL, kid=kid), {kid: jwk})[0]
    leading = "https://example.edu/go?to=evil"
    assert (
        "not on the site of the issuer" in warnings_of(signed(CREDENTIAL, kid=leading), {kid: jwk}, {leading: kid})[0]
    )


@pytest.mark.parametrize(
    ("jwk", "is_wrong"),
    [
        ({"kty": "OKP", "crv": "Ed448", "x": "AAAA"}, True),
        ({"kty": "OKP", "crv": "", "x": "AAAA"}, True),
        ({"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"}, True),
        ({"kty": "OKP", "crv": "Ed25519"}, False),
        ({"kty": "OKP", "crv": "Ed25519", "x": "!"}, False),
        ({"kty": "OKP", "crv": "Ed25519", "x": ["AAAA"]}, False),
    ],
)
def test_wrong_key_type_is_rejected_but_a_malformed_key_causes_a_warning(
    jwk: dict[str, object], is_wrong: bool
) -> None:
    token = f"{encoded({'alg': 'EdDSA', 'jwk': jwk})}.{encoded(CREDENTIAL)}.AAAA"
    if is_wrong:
        assert rejection(token).code == "bad-signature"
    else:
        assert "can't be read" in warnings_of(token)[0]


def test_key_does_not_match_an_issuer_with_a_malformed_url() -> None:
    kid = "https://example.edu/key"
    token = signed(CREDENTIAL | {"issuer": "http://["}, kid=kid)
    assert "not on the site of the issuer" in warnings_of(token, {kid: KEYS["RS256"].as_dict(private=False)})[0]


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_vc_jwt_from_a_did_key_issuer_is_verified(algorithm: str) -> None:
    """did:key 0.7: multicodec 0xed01 and 0x1200."""
    did = did_key(
        b"\xed\x01" + ED25519.public_key().public_bytes_raw()
        if algorithm == "EdDSA"
        else b"\x80\x24" + P256.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    )
    kid = f"{did}#{did.removeprefix('did:key:')}"
    own = CREDENTIAL | {"issuer": {"id": did}}

    assert warnings_of(signed(own, algorithm, kid=kid)) == ()
    assert rejection(tampered(signed(own, algorithm, kid=kid))).code == "bad-signature"
    assert "can't be confirmed" in warnings_of(signed(CREDENTIAL, algorithm, kid=kid))[0]


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"kid": "key-1"},
        {"kid": "did:web:example.edu"},
        {"kid": "did:key:z"},
        {"kid": "did:key:z0OIl"},
        {"kid": "did:key:z" + "2" * 10_000},
        {"kid": did_key(b"\x80\x24" + b"\x05" * 33)},
        {"kid": "https://gone.example/key"},
    ],
)
def test_vc_jwt_with_an_unavailable_key_causes_a_warning(header: dict[str, str]) -> None:
    token = f"{encoded({'alg': 'EdDSA'} | header)}.{encoded(CREDENTIAL)}.AAAA"
    (warning,) = warnings_of(token)
    assert warning.startswith("The signature was not checked: ")


def test_did_key_from_the_specification_is_decoded_to_its_ed25519_key() -> None:
    """did:key 0.7, section "Example": did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK."""
    jwk = multibase_key("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
    octets = base64.urlsafe_b64decode(str(jwk["x"]) + "=")
    assert octets.hex() == "2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6"
