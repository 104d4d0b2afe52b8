"""Signed badges: right signatures pass, wrong ones refuse the source, those that can't be checked are warned of."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from badgedata.openbadges.baked_images import bake
from badgedata.openbadges.reading import read_source
from badgedata.openbadges.refusals import SourceRefusedError
from badgedata.openbadges.signing_keys import BASE58, multibase_key
from tests.unit.openbadges.pictures import SVG, png
from tests.unit.openbadges.specification_examples import (
    ASSERTION_1_0,
    BADGE_CLASS_1_0,
    BADGE_CLASS_2_0,
    CREDENTIAL_3_0,
    KEY_2_0,
    SIGNED_ASSERTION_2_0,
)
from tests.unit.openbadges.web import Web, document

# The name EdDSA itself, which badges are signed by, has since been replaced by Ed25519.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")

KEY_URL = "https://example.org/publicKey.json"
ISSUER_URL = "https://example.org/organization.json"
IMAGE = "data:image/png;base64," + base64.b64encode(png()).decode()

RSA = rsa.generate_private_key(65537, 2048)
OTHER_RSA = rsa.generate_private_key(65537, 2048)
P256 = ec.generate_private_key(ec.SECP256R1())
ED25519 = ed25519.Ed25519PrivateKey.generate()
KEYS: dict[str, RSAKey | ECKey | OKPKey] = {
    "RS256": RSAKey.import_key(RSA),
    "ES256": ECKey.import_key(P256),
    "EdDSA": OKPKey.import_key(ED25519),
}

ASSERTION: dict[str, Any] = SIGNED_ASSERTION_2_0 | {"badge": BADGE_CLASS_2_0 | {"image": IMAGE}}
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
ISSUER_3_0 = "https://example.edu/issuers/565049"


def signed(content: object, algorithm: str = "RS256", **header: Any) -> str:
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = 4096
    return jws.serialize_compact({"alg": algorithm} | header, json.dumps(content), KEYS[algorithm], registry=registry)


def pem(key: str = "RS256") -> str:
    return KEYS[key].as_pem(private=False).decode()


def published(algorithm: str = "RS256", **profile: Any) -> dict[str, object]:
    """What an issuer of signed 2.0 badges publishes: a key, and a profile that lists it."""
    return {KEY_URL: KEY_2_0 | {"publicKeyPem": pem(algorithm)}, ISSUER_URL: PROFILE | profile}


def warnings_of(
    token: str, pages: dict[str, object] | None = None, redirects: dict[str, str] | None = None
) -> tuple[str, ...]:
    return read_source(document(token), Web(pages, redirects).fetch).warnings


def refusal(
    token: str, pages: dict[str, object] | None = None, redirects: dict[str, str] | None = None
) -> SourceRefusedError:
    with pytest.raises(SourceRefusedError) as refused:
        read_source(document(token), Web(pages, redirects).fetch)
    return refused.value


def tampered(token: str) -> str:
    header, payload, signature = token.split(".")
    changed = base64.urlsafe_b64decode(payload + "==").replace(b"Awesome", b"Awful12").replace(b"Teamwork", b"Tricking")
    return ".".join((header, base64.urlsafe_b64encode(changed).decode().rstrip("="), signature))


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def did_key(octets: bytes) -> str:
    number, letters = int.from_bytes(octets), ""
    while number:
        number, rest = divmod(number, 58)
        letters = BASE58[rest] + letters
    return "did:key:z" + letters


# 2.0


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_2_0_badge_signed_by_its_issuers_key_passes(algorithm: str) -> None:
    """2.0, "SignedBadge": verification.creator is the id of a CryptographicKey that the issuer owns."""
    token = signed(ASSERTION, algorithm)
    proposal = read_source(document(token), Web(published(algorithm)).fetch)

    assert proposal.name == "Awesome Robotics Badge"
    assert proposal.assertion_id == ASSERTION["id"]
    assert proposal.open_badges_version == "2.0"
    assert proposal.warnings == ()


@pytest.mark.parametrize(("image", "content_type"), [(png(), "image/png"), (SVG, "image/svg+xml")])
def test_a_signed_badge_in_an_image_is_checked_as_well(image: bytes, content_type: str) -> None:
    pages = published()
    good = bake(image, content_type, signed(ASSERTION))
    bad = bake(image, content_type, tampered(signed(ASSERTION)))

    assert read_source(document(good), Web(pages).fetch).warnings == ()
    with pytest.raises(SourceRefusedError) as refused:
        read_source(document(bad), Web(pages).fetch)
    assert refused.value.code == "bad-signature"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_badge_changed_after_it_was_signed_is_refused(algorithm: str) -> None:
    refused = refusal(tampered(signed(ASSERTION, algorithm)), {KEY_URL: KEY_2_0 | {"publicKeyPem": pem(algorithm)}})
    assert refused.code == "bad-signature"
    assert KEY_URL in str(refused)


def test_a_badge_signed_by_another_key_is_refused() -> None:
    other = OTHER_RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert refusal(signed(ASSERTION), {KEY_URL: KEY_2_0 | {"publicKeyPem": other}}).code == "bad-signature"


def test_a_badge_signed_by_a_key_of_another_type_than_it_says_is_refused() -> None:
    assert refusal(signed(ASSERTION), {KEY_URL: KEY_2_0 | {"publicKeyPem": pem("ES256")}}).code == "bad-signature"


def test_a_key_that_is_not_the_issuers_refuses_the_badge() -> None:
    """2.0, "CryptographicKey": owner is the issuer's id."""
    key = KEY_2_0 | {"publicKeyPem": pem(), "owner": "https://evil.example/me"}
    assert refusal(signed(ASSERTION), {KEY_URL: key}).code == "bad-signature"
    assert refusal(signed(ASSERTION), {KEY_URL: key | {"owner": None}}).code == "bad-signature"


@pytest.mark.parametrize("listed", [None, [], "https://example.org/another.json", [{"id": KEY_URL + "#2"}]])
def test_a_key_at_the_issuers_origin_counts_only_where_the_issuers_profile_names_it(listed: object) -> None:
    """2.0, "Profile": on a site of many issuers, each can publish a key that names another one as its owner."""
    (warning,) = warnings_of(signed(ASSERTION), published(publicKey=listed))

    assert "does not list its key" in warning
    assert KEY_URL in warning
    assert warnings_of(signed(ASSERTION), published(publicKey={"id": KEY_URL, "type": "CryptographicKey"})) == ()
    assert refusal(tampered(signed(ASSERTION)), published(publicKey=listed)).code == "bad-signature"


def test_a_key_whose_issuers_profile_can_not_be_read_is_a_warning() -> None:
    pages = published()
    del pages[ISSUER_URL]
    gone = warnings_of(signed(ASSERTION), pages)
    no_json = warnings_of(signed(ASSERTION), pages | {ISSUER_URL: "<html>"})

    for (warning,) in (gone, no_json):
        assert "nothing proves that its key is the issuer's" in warning
        assert ISSUER_URL in warning


def test_a_profile_that_would_be_a_sixth_document_is_a_warning_and_never_costs_the_image() -> None:
    first, badge_url, image_url = (f"https://example.org/{name}" for name in ("first", "badge.json", "badge.png"))
    pages = published() | {
        first: signed(ASSERTION | {"badge": badge_url}),
        badge_url: BADGE_CLASS_2_0 | {"image": image_url},
        image_url: png(),
    }
    proposal = read_source(document(first), Web(pages).fetch)

    assert proposal.image is not None
    assert any("at most 5 documents" in warning for warning in proposal.warnings)


def test_a_key_elsewhere_that_calls_the_issuer_its_owner_counts_only_where_the_issuer_agrees() -> None:
    elsewhere = "https://evil.example/key.json"
    token = signed(ASSERTION | {"verification": {"type": "SignedBadge", "creator": elsewhere}})
    pages: dict[str, object] = {elsewhere: KEY_2_0 | {"publicKeyPem": pem()}}
    profile = {"type": "Issuer", "id": ISSUER_URL, "name": "A"}

    assert refusal(token, pages | {ISSUER_URL: profile | {"publicKey": KEY_URL}}).code == "bad-signature"
    assert warnings_of(token, pages | {ISSUER_URL: profile | {"publicKey": [KEY_URL, elsewhere]}}) == ()
    assert "not checked" in warnings_of(token, pages)[0]


def test_a_key_that_the_issuers_address_only_leads_to_counts_as_one_that_is_kept_there() -> None:
    """An address that leads anywhere, as ``/go?to=…``, would make anybody's key the issuer's."""
    leading, elsewhere = "https://example.org/go?to=evil", "https://evil.example/key.json"
    token = signed(ASSERTION | {"verification": {"type": "SignedBadge", "creator": leading}})
    pages: dict[str, object] = {elsewhere: KEY_2_0 | {"publicKeyPem": pem()}}
    profile = {"type": "Issuer", "id": ISSUER_URL, "name": "A"}
    away = {leading: elsewhere}

    assert refusal(token, pages | {ISSUER_URL: profile | {"publicKey": KEY_URL}}, away).code == "bad-signature"
    assert warnings_of(token, pages | {ISSUER_URL: profile | {"publicKey": leading}}, away) == ()
    assert "not checked" in warnings_of(token, pages, away)[0]
    assert warnings_of(token, published(publicKey=leading), {leading: KEY_URL}) == ()


def test_a_profile_that_the_issuers_address_only_leads_to_agrees_to_no_key() -> None:
    """The address of an issuer that is such an address: what answers is not at the issuer's."""
    issuer, profile_url = "https://example.org/go?to=evil", "https://evil.example/profile.json"
    elsewhere = "https://evil.example/key.json"
    pages: dict[str, object] = {
        elsewhere: KEY_2_0 | {"publicKeyPem": pem(), "owner": issuer},
        profile_url: {"type": "Issuer", "id": issuer, "name": "A", "publicKey": elsewhere},
    }
    badge = BADGE_CLASS_2_0 | {"image": IMAGE, "issuer": issuer}
    for verification in ({"creator": elsewhere}, {}):
        token = signed(ASSERTION | {"badge": badge, "verification": {"type": "SignedBadge"} | verification})
        assert "not its issuer's address" in warnings_of(token, pages, {issuer: profile_url})[0]


def test_a_key_that_is_asked_for_by_http_and_answers_by_https_is_kept_at_the_same_address() -> None:
    issuer, key_url = (url.replace("https:", "http:") for url in (ISSUER_URL, KEY_URL))
    badge = BADGE_CLASS_2_0 | {"image": IMAGE, "issuer": issuer}
    token = signed(ASSERTION | {"badge": badge, "verification": {"type": "SignedBadge", "creator": key_url}})
    key = KEY_2_0 | {"id": key_url, "publicKeyPem": pem(), "owner": issuer}
    profile = PROFILE | {"id": issuer, "publicKey": {"id": key_url}}
    redirects = {key_url: KEY_URL, issuer: ISSUER_URL}
    assert warnings_of(token, {KEY_URL: key, ISSUER_URL: profile}, redirects) == ()


def test_without_a_creator_the_key_is_that_of_the_issuers_profile() -> None:
    token = signed(ASSERTION | {"verification": {"type": "SignedBadge"}})
    key = KEY_2_0 | {"publicKeyPem": pem()}

    linked: dict[str, object] = {ISSUER_URL: {"id": ISSUER_URL, "publicKey": KEY_URL}, KEY_URL: key}
    assert warnings_of(token, linked) == ()
    assert refusal(tampered(token), linked).code == "bad-signature"
    embedded: dict[str, object] = {ISSUER_URL: {"publicKey": [key | {"id": ISSUER_URL + "#key"}]}}
    assert warnings_of(token, embedded) == ()


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        ({}, "no answer was to be had"),
        ({KEY_URL: KEY_2_0}, "expected a CryptographicKey with publicKeyPem"),
        (
            {KEY_URL: KEY_2_0 | {"publicKeyPem": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"}},
            "be read",
        ),
    ],
)
def test_a_signature_whose_key_can_not_be_had_is_a_warning(pages: dict[str, object], reason: str) -> None:
    (warning,) = warnings_of(signed(ASSERTION), pages)
    assert warning.startswith("The signature was not checked: ")
    assert reason in warning


def test_a_key_behind_a_refused_address_is_no_mere_warning() -> None:
    token = signed(ASSERTION | {"verification": {"creator": "file:///etc/passwd"}})
    assert refusal(token).code == "blocked-address"


def test_a_signed_badge_of_documents_that_are_all_linked_is_read_within_5() -> None:
    badge_url, image_url = "https://example.org/badge.json", "https://example.org/badge.png"
    pages = published() | {badge_url: BADGE_CLASS_2_0 | {"image": image_url}, image_url: png()}
    assert warnings_of(signed(ASSERTION | {"badge": badge_url}), pages) == ()


# Algorithms


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_a_badge_signed_by_nobody_is_refused(algorithm: str) -> None:
    token = f"{encoded({'alg': algorithm})}.{encoded(ASSERTION)}."
    assert refusal(token, {KEY_URL: KEY_2_0 | {"publicKeyPem": pem()}}).code == "bad-signature"


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_public_key_used_as_a_shared_secret_is_refused(algorithm: str) -> None:
    """The algorithm confusion attack: anyone who knows the public key can make this."""
    text = f"{encoded({'alg': algorithm})}.{encoded(ASSERTION)}"
    made = hmac.new(pem().encode(), text.encode(), getattr(hashlib, f"sha{algorithm[2:]}")).digest()
    token = f"{text}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"

    assert refusal(token, {KEY_URL: KEY_2_0 | {"publicKeyPem": pem()}}).code == "bad-signature"


def test_a_secret_passed_off_as_the_public_key_is_refused() -> None:
    secret = {"kty": "oct", "k": "c2VjcmV0"}
    assert refusal(signed(CREDENTIAL, jwk=secret)).code == "bad-signature"


def test_another_algorithm_is_a_warning() -> None:
    token = f"{encoded({'alg': 'ES512'})}.{encoded(ASSERTION)}.AAAA"
    assert "ES512" in warnings_of(token)[0]


@pytest.mark.parametrize("demanded", [["evil"], 5, [{}], "evil", [5], {"evil": 1}])
def test_a_header_that_demands_what_is_not_understood_is_refused(demanded: Any) -> None:
    """RFC 7515, section 4.1.11: "crit"."""
    _, payload, signature = signed(ASSERTION).split(".")
    token = f"{encoded({'alg': 'RS256', 'crit': demanded, 'evil': 1})}.{payload}.{signature}"
    assert refusal(token, {KEY_URL: KEY_2_0 | {"publicKeyPem": pem()}}).code == "bad-signature"


# 1.0


def test_a_1_0_badge_is_checked_by_the_pem_at_its_verify_url() -> None:
    """Assertion specification 1.0, "VerificationObject": for a signed badge, url is that of the public key."""
    key_url = "https://example.org/public.pem"
    award = ASSERTION_1_0 | {"badge": BADGE_CLASS_1_0 | {"image": IMAGE}, "verify": {"type": "signed", "url": key_url}}

    assert warnings_of(signed(award), {key_url: pem()}) == ()
    assert refusal(tampered(signed(award)), {key_url: pem()}).code == "bad-signature"
    assert "expected a public key in PEM" in warnings_of(signed(award), {key_url: "<html>"})[0]
    elsewhere = award | {"verify": {"type": "signed", "url": "https://evil.example/1"}}
    assert "not its issuer's address" in warnings_of(signed(elsewhere), {"https://evil.example/1": pem()})[0]
    away = {key_url: "https://evil.example/1"}
    assert "not its issuer's address" in warnings_of(signed(award), {"https://evil.example/1": pem()}, away)[0]


# 3.0 VC-JWT (section 8.2)


@pytest.mark.parametrize("wrapped", [True, False], ids=["vc claim", "claims"])
def test_a_vc_jwt_with_its_key_in_the_header(wrapped: bool) -> None:
    claims = {"iss": ISSUER_3_0, "vc": CREDENTIAL} if wrapped else CREDENTIAL | {"iss": ISSUER_3_0}
    token = signed(claims, jwk=KEYS["RS256"].as_dict(private=False))

    proposal = read_source(document(token), Web().fetch)

    assert (proposal.name, proposal.open_badges_version) == ("Teamwork", "3.0")
    assert proposal.assertion_id == "http://example.edu/credentials/3732"
    assert proposal.warnings == (
        "The signature is valid, but its key was sent with it, so it doesn't prove who signed.",
    )
    assert refusal(tampered(token)).code == "bad-signature"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
@pytest.mark.parametrize("form", ["JWK", "JWK set", "verification method", "controller document"])
def test_a_vc_jwt_whose_kid_is_an_address(algorithm: str, form: str) -> None:
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
    assert refusal(tampered(token), {ISSUER_3_0: published}).code == "bad-signature"


def test_a_vc_jwt_whose_key_is_kept_elsewhere_than_its_issuer_is_a_warning() -> None:
    kid = "https://evil.example/key"
    jwk = KEYS["RS256"].as_dict(private=False)
    assert "not its issuer's address" in warnings_of(signed(CREDENTIAL, kid=kid), {kid: jwk})[0]
    leading = "https://example.edu/go?to=evil"
    assert "not its issuer's address" in warnings_of(signed(CREDENTIAL, kid=leading), {kid: jwk}, {leading: kid})[0]


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
def test_a_key_of_another_kind_is_wrong_and_a_broken_one_is_a_warning(jwk: dict[str, object], is_wrong: bool) -> None:
    token = f"{encoded({'alg': 'EdDSA', 'jwk': jwk})}.{encoded(CREDENTIAL)}.AAAA"
    if is_wrong:
        assert refusal(token).code == "bad-signature"
    else:
        assert "can't be read" in warnings_of(token)[0]


def test_an_issuer_that_is_a_broken_address_is_no_mere_match() -> None:
    kid = "https://example.edu/key"
    token = signed(CREDENTIAL | {"issuer": "http://["}, kid=kid)
    assert "not its issuer's address" in warnings_of(token, {kid: KEYS["RS256"].as_dict(private=False)})[0]


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_a_vc_jwt_of_an_issuer_that_is_a_did_key(algorithm: str) -> None:
    """did:key 0.7: multicodec 0xed01 and 0x1200."""
    did = did_key(
        b"\xed\x01" + ED25519.public_key().public_bytes_raw()
        if algorithm == "EdDSA"
        else b"\x80\x24" + P256.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    )
    kid = f"{did}#{did.removeprefix('did:key:')}"
    own = CREDENTIAL | {"issuer": {"id": did}}

    assert warnings_of(signed(own, algorithm, kid=kid)) == ()
    assert refusal(tampered(signed(own, algorithm, kid=kid))).code == "bad-signature"
    assert "Nothing proves" in warnings_of(signed(CREDENTIAL, algorithm, kid=kid))[0]


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
def test_a_vc_jwt_whose_key_can_not_be_had_is_a_warning(header: dict[str, str]) -> None:
    token = f"{encoded({'alg': 'EdDSA'} | header)}.{encoded(CREDENTIAL)}.AAAA"
    (warning,) = warnings_of(token)
    assert warning.startswith("The signature was not checked: ")


def test_a_did_key_of_the_specification_is_read_as_its_ed25519_key() -> None:
    """did:key 0.7, section "Example": did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK."""
    jwk = multibase_key("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
    octets = base64.urlsafe_b64decode(str(jwk["x"]) + "=")
    assert octets.hex() == "2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6"
