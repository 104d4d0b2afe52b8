"""Find the public key that a signed badge names, and check whether the key belongs to the issuer."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from badgedata.openbadges.json_documents import JsonDocument, json_document
from badgedata.openbadges.notices import Notice
from badgedata.openbadges.rejections import SourceRejectedError, quoted
from badgedata.openbadges.source_documents import SourceDocument, absolute, is_web_address, without_fragment

type Jwk = dict[str, str | list[str]]
type LookUp = Callable[[str, str], SourceDocument]

# The JOSE key type and curve for each algorithm (RFC 7518, section 6; RFC 8037).
KEY_TYPES: Final[dict[str, tuple[type[RSAKey] | type[ECKey] | type[OKPKey], str | None]]] = {
    "RS256": (RSAKey, None),
    "ES256": (ECKey, "P-256"),
    "EdDSA": (OKPKey, "Ed25519"),
    "Ed25519": (OKPKey, "Ed25519"),
}
BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MAX_MULTIBASE_CHARACTERS: Final = 100


class KeyNotUsableError(Exception):
    """Raised when a signature can't be checked because its key is missing or can't be read.

    The message is a clause that states the reason. It follows "The signature was not checked:".
    """


@dataclass(frozen=True)
class VerificationKey:
    """A public key for verifying a badge's signature.

    Parameters
    ----------
    material
        PEM text, or the fields of a JWK.
    name
        The key's name, as used in error messages.
    doubts
        Notices about facts that a valid signature with this key doesn't prove.
    """

    material: str | Jwk
    name: str
    doubts: tuple[Notice, ...] = ()

    def public_key(self, algorithm: str) -> Key:
        """Return the key in the format that an algorithm requires.

        Raises
        ------
        ValueError
            If the key's type doesn't match the algorithm (for example, if the key is a secret instead of a public key).
        KeyNotUsableError
            If the key is invalid.
        """
        jwk = self.material if isinstance(self.material, dict) else _pem_key(self.material, self.name)
        key_type, curve = KEY_TYPES[algorithm]
        if jwk.get("kty") != key_type.key_type or jwk.get("crv") != curve:
            raise ValueError(f"the key {quoted(self.name)} can't be used with {algorithm}")
        try:
            return key_type.import_key(jwk)
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise KeyNotUsableError(f"the key {quoted(self.name)} can't be read") from error


def find_key(header: JsonDocument, signed: JsonDocument, issuer_id: str | None, look_up: LookUp) -> VerificationKey:
    """Return the key that a signed badge specifies, according to the rules of its Open Badges version.

    Raises
    ------
    KeyNotUsableError
        If the badge doesn't specify a key, the key can't be read, or the key or the issuer's profile is unreachable.
    SourceRejectedError
        - ``bad-signature`` if the key belongs to someone other than the issuer.
        - Another code if the key's document or the issuer's profile is rejected.
    """
    if "credentialSubject" in signed.fields or "Achievement" in signed.types():
        return _credential_key(header, signed, issuer_id, look_up)
    verify = signed.child("verify")
    if verify is not None and (url := verify.label("url")):
        return _linked_pem(url, signed, issuer_id, look_up)
    return _issuer_key(signed, issuer_id, look_up)


def _linked_pem(url: str, signed: JsonDocument, issuer_id: str | None, look_up: LookUp) -> VerificationKey:
    """Return the key of an Open Badges 1.0 or 1.1 assertion, which is the PEM file at ``verify.url``."""
    url = absolute(signed.url, url)
    document = _read(url, signed, look_up)
    pem = document.body.decode("ascii", "replace").strip()
    if "-----BEGIN" not in pem:
        raise KeyNotUsableError(f"expected a public key in PEM format at {quoted(url)}")
    return VerificationKey(pem, url, _doubts(issuer_id, url, document.url))


def _issuer_key(signed: JsonDocument, issuer_id: str | None, look_up: LookUp) -> VerificationKey:
    """Return the key of an Open Badges 2.0 or 2.1 assertion.

    The key's ID is ``verification.creator`` in the assertion. If this ID is missing, ``publicKey`` in the issuer's
    profile is used.
    """
    verification = signed.child("verification")
    creator = verification.reference("creator") if verification is not None else ""
    if not creator:
        creator = _profile(signed, issuer_id, look_up)[0].reference("publicKey")
    if not creator:
        raise KeyNotUsableError("neither the assertion nor its issuer's profile specifies a key")
    found = _read(absolute(signed.url, creator), signed, look_up)
    key = _named_key(json_document(found), creator)
    pem, owner = key.text("publicKeyPem"), key.reference("owner")
    if not pem:
        raise KeyNotUsableError(f"expected a CryptographicKey with publicKeyPem at {quoted(creator)}")
    if owner != issuer_id:
        raise SourceRejectedError(
            "bad-signature",
            signed.document,
            f"expected a key owned by its issuer {quoted(issuer_id)}, found "
            + (f"a key owned by {quoted(owner)}" if owner else "a key without an owner"),
        )
    return VerificationKey(pem, creator, _doubts_of_profile(creator, found.url, signed, issuer_id, look_up))


def _doubts_of_profile(
    creator: str, key_url: str | None, signed: JsonDocument, issuer_id: str | None, look_up: LookUp
) -> tuple[Notice, ...]:
    """Return notices if the issuer's profile doesn't confirm that a key belongs to the issuer.

    Anyone can publish a key that names the issuer as its owner. If a site hosts several issuers, other issuers can
    also publish such a key there. Only the profile at the issuer's own URL can confirm the key.
    """
    elsewhere = _not_at_issuer(issuer_id, creator, key_url)
    try:
        profile, profile_url = _profile(signed, issuer_id, look_up)
    except KeyNotUsableError as reason:
        if elsewhere:
            raise
        return (Notice("key-unowned", (str(reason),)),)
    except SourceRejectedError as rejected:
        if elsewhere or rejected.code not in ("not-open-badges", "source-too-large", "too-many-documents"):
            raise
        return (Notice("key-unowned", (str(rejected),)),)
    if creator not in profile.references("publicKey"):
        if elsewhere:
            raise SourceRejectedError(
                "bad-signature",
                signed.document,
                f"its issuer {quoted(issuer_id)} does not list the key {quoted(creator)}",
            )
        return (Notice("key-unlisted", (quoted(creator),)),)
    return _doubts(issuer_id, creator, key_url) if elsewhere and _not_at_issuer(issuer_id, profile_url) else ()


def _named_key(document: JsonDocument, creator: str) -> JsonDocument:
    """Return the key with the ID `creator` from `document`, or `document` itself if no key has this ID."""
    return next((key for key in document.children("publicKey") if key.identifier() == creator), document)


def _profile(signed: JsonDocument, issuer_id: str | None, look_up: LookUp) -> tuple[JsonDocument, str | None]:
    if not issuer_id or not is_web_address(issuer_id):
        raise KeyNotUsableError("the badge does not link to its issuer's profile")
    document = _read(issuer_id, signed, look_up, "its issuer's profile is not available")
    return json_document(document), document.url


def _credential_key(
    header: JsonDocument, signed: JsonDocument, issuer_id: str | None, look_up: LookUp
) -> VerificationKey:
    """Return the key of an Open Badges 3.0 credential.

    The header specifies the key as ``kid`` (a URL or a did:key) or ``jwk``.
    """
    kid, jwk = header.text("kid"), header.child("jwk")
    if kid.startswith("did:key:"):
        did = without_fragment(kid)
        doubts = () if did == issuer_id else (Notice("key-of-other-did", (quoted(issuer_id),)),)
        return VerificationKey(multibase_key(did.removeprefix("did:key:")), did, doubts)
    if is_web_address(kid):
        document = _read(kid, signed, look_up)
        material = _published_key(json_document(document), kid)
        return VerificationKey(material, kid, _doubts(issuer_id, kid, document.url))
    if jwk is not None:
        return VerificationKey(_jwk(jwk), "in its own header", (Notice("key-included"),))
    raise KeyNotUsableError(
        f"its header must specify a readable key, but specifies {quoted(kid) or 'neither kid nor jwk'}"
    )


def _published_key(document: JsonDocument, kid: str) -> str | Jwk:
    """Return the key that `kid` refers to in a JWK, a JWK set, or a document with verification methods."""
    for candidate in _candidates(document, kid):
        if (jwk := candidate.child("publicKeyJwk")) is not None:
            return _jwk(jwk)
        if pem := candidate.text("publicKeyPem"):
            return pem
        if multibase := candidate.text("publicKeyMultibase"):
            return multibase_key(multibase)
        if "kty" in candidate.fields:
            return _jwk(candidate)
    raise KeyNotUsableError(f"expected a public key at {quoted(kid)}")


def _candidates(document: JsonDocument, kid: str) -> Iterator[JsonDocument]:
    listed = [*document.children("keys"), *document.children("verificationMethod"), *document.children("publicKey")]
    named = [key for key in listed if kid in (key.identifier(), key.text("kid"))]
    named += [key for key in listed if (part := kid.partition("#")[2]) and key.text("kid", "id").lstrip("#") == part]
    # A URL without a fragment refers to the only key in its document.
    return iter(named or [document, *listed[:1]])


def _jwk(key: JsonDocument) -> Jwk:
    return {name: value for name, value in key.fields.items() if isinstance(value, str)}


def multibase_key(multibase: str) -> Jwk:
    """Return the JWK for an Ed25519 or compressed P-256 public key in multibase format (base58btc).

    Notes
    -----
    The did:key method, version 0.7, https://w3c-ccg.github.io/did-key-spec/, section "Format".
    """
    if not multibase.startswith("z") or len(multibase) > MAX_MULTIBASE_CHARACTERS or set(multibase) - set(BASE58):
        raise KeyNotUsableError(f"the key {quoted(multibase)} is not valid base58")
    number = 0
    for letter in multibase[1:]:
        number = number * 58 + BASE58.index(letter)
    octets = number.to_bytes((number.bit_length() + 7) // 8)
    if octets.startswith(b"\xed\x01") and len(octets) == 34:  # multicodec, then 32 key bytes
        return {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(octets[2:]).decode().rstrip("=")}
    if octets.startswith(b"\x80\x24"):
        try:
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), octets[2:])
        except ValueError as error:
            raise KeyNotUsableError(f"the key {quoted(multibase)} is not a point on P-256") from error
        return ECKey.import_key(point).as_dict(private=False)
    raise KeyNotUsableError(f"the key {quoted(multibase)} is neither an Ed25519 nor a P-256 key")


def _pem_key(pem: str, name: str) -> Jwk:
    try:
        key = load_pem_public_key(pem.encode())
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise KeyNotUsableError(f"the key {quoted(name)} can't be read") from error
    if isinstance(key, rsa.RSAPublicKey):
        return RSAKey.import_key(key).as_dict(private=False)
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return ECKey.import_key(key).as_dict(private=False)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return OKPKey.import_key(key).as_dict(private=False)
    raise KeyNotUsableError(f"the key {quoted(name)} is not an RSA, P-256, or Ed25519 key")


def _read(url: str, signed: JsonDocument, look_up: LookUp, what: str = "its key is not available") -> SourceDocument:
    try:
        return look_up(url, signed.document)
    except SourceRejectedError as rejected:
        if rejected.code != "unreachable-source":
            raise
        raise KeyNotUsableError(f"{what} ({rejected})") from rejected


def _doubts(issuer_id: str | None, *key_urls: str | None) -> tuple[Notice, ...]:
    elsewhere = _not_at_issuer(issuer_id, *key_urls)
    if not elsewhere:
        return ()
    return (Notice("key-elsewhere", (quoted(elsewhere[0]), quoted(issuer_id))),)


def _not_at_issuer(issuer_id: str | None, *urls: str | None) -> list[str]:
    """Return the URLs that are not at the issuer's origin.

    If a request was redirected, `urls` must include the final URL, because an attacker may have chosen it.
    """
    return [url or "" for url in urls if not _is_at(url or "", issuer_id or "")]


def _is_at(url: str, issuer_id: str) -> bool:
    """Return whether a URL has the issuer's origin. If the issuer's URL uses http, https is also allowed."""
    if not (is_web_address(url) and is_web_address(issuer_id)):
        return False
    found, expected = urlsplit(url), urlsplit(issuer_id)
    return found.netloc.lower() == expected.netloc.lower() and found.scheme in (expected.scheme, "https")
