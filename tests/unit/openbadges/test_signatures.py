"""Open Badges 1.0 and 2.0 signatures: which keys are accepted as the issuer's, and which algorithms are supported."""

import base64
import hashlib
import hmac
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from badgedata.openbadges.baked_images import bake
from badgedata.openbadges.reading import read_source
from badgedata.openbadges.rejections import SourceRejectedError
from tests.support.images import SVG, png
from tests.unit.openbadges.signing import (
    CREDENTIAL,
    IMAGE,
    ISSUER_URL,
    KEY_URL,
    PROFILE,
    encoded,
    pem,
    published,
    rejection,
    signed,
    tampered,
    warnings_of,
)
from tests.unit.openbadges.specification_examples import (
    ASSERTION_1_0,
    BADGE_CLASS_1_0,
    BADGE_CLASS_2_0,
    KEY_2_0,
    SIGNED_ASSERTION_2_0,
)
from tests.unit.openbadges.web import Web, document

# The badges use the algorithm name EdDSA, which has since been replaced by Ed25519.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
OTHER_RSA = rsa.generate_private_key(65537, 2048)
ASSERTION: dict[str, Any] = SIGNED_ASSERTION_2_0 | {"badge": BADGE_CLASS_2_0 | {"image": IMAGE}}


# 2.0


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_2_0_badge_signed_with_its_issuers_key_is_accepted(algorithm: str) -> None:
    """2.0, "SignedBadge": verification.creator is the id of a CryptographicKey that the issuer owns."""
    token = signed(ASSERTION, algorithm)
    proposal = read_source(document(token), Web(published(algorithm)).fetch)

    assert proposal.name == "Awesome Robotics Badge"
    assert proposal.assertion_id == ASSERTION["id"]
    assert proposal.open_badges_version == "2.0"
    assert proposal.warnings == ()


@pytest.mark.parametrize(("image", "content_type"), [(png(), "image/png"), (SVG, "image/svg+xml")])
def test_signed_badge_in_an_image_is_verified(image: bytes, content_type: str) -> None:
    pages = published()
    good = bake(image, content_type, signed(ASSERTION))
    bad = bake(image, content_type, tampered(signed(ASSERTION)))

    assert read_source(document(good), Web(pages).fetch).warnings == ()
    with pytest.raises(SourceRejectedError) as rejected:
        read_source(document(bad), Web(pages).fetch)
    assert rejected.value.code == "bad-signature"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_badge_modified_after_signing_is_rejected(algorithm: str) -> None:
    rejected = rejection(tampered(signed(ASSERTION, algorithm)), {KEY_URL: KEY_2_0 | {"publicKeyPem": pem(algorithm)}})
    assert rejected.code == "bad-signature"
    assert KEY_URL in str(rejected)


def test_badge_signed_with_another_key_is_rejected() -> None:
    other = OTHER_RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert rejection(signed(ASSERTION), {KEY_URL: KEY_2_0 | {"publicKeyPem": other}}).code == "bad-signature"


def test_badge_signed_with_a_key_of_another_type_is_rejected() -> None:
    assert rejection(signed(ASSERTION), {KEY_URL: KEY_2_0 | {"publicKeyPem": pem("ES256")}}).code == "bad-signature"


def test_badge_with_another_issuers_key_is_rejected() -> None:
    """2.0, "CryptographicKey": owner is the issuer's id."""
    key = KEY_2_0 | {"publicKeyPem": pem(), "owner": "https://evil.example/me"}
    assert rejection(signed(ASSERTION), {KEY_URL: key}).code == "bad-signature"
    assert rejection(signed(ASSERTION), {KEY_URL: key | {"owner": None}}).code == "bad-signature"


@pytest.mark.parametrize("listed", [None, [], "https://example.org/another.json", [{"id": KEY_URL + "#2"}]])
def test_key_on_the_issuers_origin_must_be_listed_in_the_profile(listed: object) -> None:
    """2.0, "Profile": on a site with many issuers, each can publish a key that names another issuer as its owner."""
    (warning,) = warnings_of(signed(ASSERTION), published(publicKey=listed))

    assert "does not list the key" in warning
    assert KEY_URL in warning
    assert warnings_of(signed(ASSERTION), published(publicKey={"id": KEY_URL, "type": "CryptographicKey"})) == ()
    assert rejection(tampered(signed(ASSERTION)), published(publicKey=listed)).code == "bad-signature"


def test_unreadable_issuer_profile_causes_a_warning() -> None:
    pages = published()
    del pages[ISSUER_URL]
    gone = warnings_of(signed(ASSERTION), pages)
    no_json = warnings_of(signed(ASSERTION), pages | {ISSUER_URL: "<html>"})

    for (warning,) in (gone, no_json):
        assert "can't be confirmed that the key belongs to the issuer" in warning
        assert ISSUER_URL in warning


def test_profile_beyond_the_document_limit_causes_only_a_warning() -> None:
    first, badge_url, image_url = (f"https://example.org/{name}" for name in ("first", "badge.json", "badge.png"))
    pages = published() | {
        first: signed(ASSERTION | {"badge": badge_url}),
        badge_url: BADGE_CLASS_2_0 | {"image": image_url},
        image_url: png(),
    }
    proposal = read_source(document(first), Web(pages).fetch)

    assert proposal.image is not None
    assert any("at most 5 documents" in warning for warning in proposal.warnings)


def test_key_on_another_origin_must_be_listed_in_the_profile() -> None:
    elsewhere = "https://evil.example/key.json"
    token = signed(ASSERTION | {"verification": {"type": "SignedBadge", "creator": elsewhere}})
    pages: dict[str, object] = {elsewhere: KEY_2_0 | {"publicKeyPem": pem()}}
    profile = {"type": "Issuer", "id": ISSUER_URL, "name": "A"}

    assert rejection(token, pages | {ISSUER_URL: profile | {"publicKey": KEY_URL}}).code == "bad-signature"
    assert warnings_of(token, pages | {ISSUER_URL: profile | {"publicKey": [KEY_URL, elsewhere]}}) == ()
    assert "not checked" in warnings_of(token, pages)[0]


def test_key_reached_through_a_redirect_is_treated_as_hosted_at_the_target() -> None:
    """Otherwise, an open redirect such as ``/go?to=…`` would make any key count as the issuer's."""
    leading, elsewhere = "https://example.org/go?to=evil", "https://evil.example/key.json"
    token = signed(ASSERTION | {"verification": {"type": "SignedBadge", "creator": leading}})
    pages: dict[str, object] = {elsewhere: KEY_2_0 | {"publicKeyPem": pem()}}
    profile = {"type": "Issuer", "id": ISSUER_URL, "name": "A"}
    away = {leading: elsewhere}

    assert rejection(token, pages | {ISSUER_URL: profile | {"publicKey": KEY_URL}}, away).code == "bad-signature"
    assert warnings_of(token, pages | {ISSUER_URL: profile | {"publicKey": leading}}, away) == ()
    assert "not checked" in warnings_of(token, pages, away)[0]
    assert warnings_of(token, published(publicKey=leading), {leading: KEY_URL}) == ()


def test_profile_reached_through_a_redirect_does_not_confirm_a_key() -> None:
    """If the issuer's URL is an open redirect, the response doesn't come from the issuer."""
    issuer, profile_url = "https://example.org/go?to=evil", "https://evil.example/profile.json"
    elsewhere = "https://evil.example/key.json"
    pages: dict[str, object] = {
        elsewhere: KEY_2_0 | {"publicKeyPem": pem(), "owner": issuer},
        profile_url: {"type": "Issuer", "id": issuer, "name": "A", "publicKey": elsewhere},
    }
    badge = BADGE_CLASS_2_0 | {"image": IMAGE, "issuer": issuer}
    for verification in ({"creator": elsewhere}, {}):
        token = signed(ASSERTION | {"badge": badge, "verification": {"type": "SignedBadge"} | verification})
        assert "not on the site of the issuer" in warnings_of(token, pages, {issuer: profile_url})[0]


def test_redirect_from_http_to_https_does_not_change_a_keys_url() -> None:
    issuer, key_url = (url.replace("https:", "http:") for url in (ISSUER_URL, KEY_URL))
    badge = BADGE_CLASS_2_0 | {"image": IMAGE, "issuer": issuer}
    token = signed(ASSERTION | {"badge": badge, "verification": {"type": "SignedBadge", "creator": key_url}})
    key = KEY_2_0 | {"id": key_url, "publicKeyPem": pem(), "owner": issuer}
    profile = PROFILE | {"id": issuer, "publicKey": {"id": key_url}}
    redirects = {key_url: KEY_URL, issuer: ISSUER_URL}
    assert warnings_of(token, {KEY_URL: key, ISSUER_URL: profile}, redirects) == ()


def test_key_in_the_issuer_profile_is_used_if_no_creator_is_named() -> None:
    token = signed(ASSERTION | {"verification": {"type": "SignedBadge"}})
    key = KEY_2_0 | {"publicKeyPem": pem()}

    linked: dict[str, object] = {ISSUER_URL: {"id": ISSUER_URL, "publicKey": KEY_URL}, KEY_URL: key}
    assert warnings_of(token, linked) == ()
    assert rejection(tampered(token), linked).code == "bad-signature"
    embedded: dict[str, object] = {ISSUER_URL: {"publicKey": [key | {"id": ISSUER_URL + "#key"}]}}
    assert warnings_of(token, embedded) == ()


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        ({}, "the server could not be reached"),
        ({KEY_URL: KEY_2_0}, "expected a CryptographicKey with publicKeyPem"),
        (
            {KEY_URL: KEY_2_0 | {"publicKeyPem": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"}},
            "be read",
        ),
    ],
)
def test_signature_with_an_unavailable_key_causes_a_warning(pages: dict[str, object], reason: str) -> None:
    (warning,) = warnings_of(signed(ASSERTION), pages)
    assert warning.startswith("The signature was not checked: ")
    assert reason in warning


def test_key_at_a_forbidden_url_is_rejected() -> None:
    token = signed(ASSERTION | {"verification": {"creator": "file:///etc/passwd"}})
    assert rejection(token).code == "blocked-address"


def test_fully_linked_signed_badge_needs_at_most_5_documents() -> None:
    badge_url, image_url = "https://example.org/badge.json", "https://example.org/badge.png"
    pages = published() | {badge_url: BADGE_CLASS_2_0 | {"image": image_url}, image_url: png()}
    assert warnings_of(signed(ASSERTION | {"badge": badge_url}), pages) == ()


# Algorithms


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_unsigned_badge_is_rejected(algorithm: str) -> None:
    token = f"{encoded({'alg': algorithm})}.{encoded(ASSERTION)}."
    assert rejection(token, {KEY_URL: KEY_2_0 | {"publicKeyPem": pem()}}).code == "bad-signature"


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_public_key_used_as_a_shared_secret_is_rejected(algorithm: str) -> None:
    """Algorithm confusion attack: anyone who knows the public key can create this signature."""
    text = f"{encoded({'alg': algorithm})}.{encoded(ASSERTION)}"
    made = hmac.new(pem().encode(), text.encode(), getattr(hashlib, f"sha{algorithm[2:]}")).digest()
    token = f"{text}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"

    assert rejection(token, {KEY_URL: KEY_2_0 | {"publicKeyPem": pem()}}).code == "bad-signature"


def test_shared_secret_presented_as_the_public_key_is_rejected() -> None:
    secret = {"kty": "oct", "k": "c2VjcmV0"}
    assert rejection(signed(CREDENTIAL, jwk=secret)).code == "bad-signature"


def test_unsupported_algorithm_causes_a_warning() -> None:
    token = f"{encoded({'alg': 'ES512'})}.{encoded(ASSERTION)}.AAAA"
    assert "ES512" in warnings_of(token)[0]


@pytest.mark.parametrize("demanded", [["evil"], 5, [{}], "evil", [5], {"evil": 1}])
def test_unknown_critical_header_parameter_is_rejected(demanded: Any) -> None:
    """RFC 7515, section 4.1.11: "crit"."""
    _, payload, signature = signed(ASSERTION).split(".")
    token = f"{encoded({'alg': 'RS256', 'crit': demanded, 'evil': 1})}.{payload}.{signature}"
    assert rejection(token, {KEY_URL: KEY_2_0 | {"publicKeyPem": pem()}}).code == "bad-signature"


# 1.0


def test_1_0_badge_is_verified_with_the_pem_at_its_verify_url() -> None:
    """Assertion specification 1.0, "VerificationObject": for a signed badge, url is the URL of the public key."""
    key_url = "https://example.org/public.pem"
    award = ASSERTION_1_0 | {"badge": BADGE_CLASS_1_0 | {"image": IMAGE}, "verify": {"type": "signed", "url": key_url}}

    assert warnings_of(signed(award), {key_url: pem()}) == ()
    assert rejection(tampered(signed(award)), {key_url: pem()}).code == "bad-signature"
    assert "expected a public key in PEM" in warnings_of(signed(award), {key_url: "<html>"})[0]
    elsewhere = award | {"verify": {"type": "signed", "url": "https://evil.example/1"}}
    assert "not on the site of the issuer" in warnings_of(signed(elsewhere), {"https://evil.example/1": pem()})[0]
    away = {key_url: "https://evil.example/1"}
    assert "not on the site of the issuer" in warnings_of(signed(award), {"https://evil.example/1": pem()}, away)[0]
