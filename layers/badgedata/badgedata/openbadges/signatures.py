"""Check a badge's signature in a compact JWS: reject an invalid one, and warn about one that can't be checked."""

import warnings
from collections.abc import Callable
from typing import Final

from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning

from badgedata.openbadges.json_documents import JsonDocument
from badgedata.openbadges.notices import Notice
from badgedata.openbadges.opening import signed_header
from badgedata.openbadges.refusals import SourceRefusedError, quoted
from badgedata.openbadges.signing_keys import KEY_TYPES, KeyNotUsableError, VerificationKey, find_key
from badgedata.openbadges.source_documents import MAX_DOCUMENT_BYTES, SourceDocument

# With "none", anyone can sign. With HMAC, anyone who can verify a signature can create one.
NEVER_ACCEPTED: Final = ("none", "HS256", "HS384", "HS512")
MAX_HEADER_BYTES: Final = 16 * 1024
MAX_SIGNATURE_BYTES: Final = 4 * 1024


class _Registry(jws.JWSRegistry):
    """Has larger limits than the library's, because a badge may contain its image, and a header its key."""

    max_header_length = MAX_HEADER_BYTES
    max_payload_length = MAX_DOCUMENT_BYTES
    max_signature_length = MAX_SIGNATURE_BYTES


def check_signature(
    token: str, signed: JsonDocument, issuer_id: str | None, look_up: Callable[[str, str], SourceDocument]
) -> tuple[Notice, ...]:
    """Check a compact JWS with the key of the badge's issuer.

    Parameters
    ----------
    token
        The compact JWS.
    signed
        Its content: an assertion (1.x, 2.x) or credential (3.0).
    issuer_id
        The issuer, as named in the badge class or credential.
    look_up
        Returns the document at a URL, for linked keys. Its second argument is the document that contains the link.

    Returns
    -------
    tuple[Notice, ...]
        Why the signature couldn't be checked, or what a valid signature doesn't prove. Empty if nothing is in doubt.

    Raises
    ------
    SourceRefusedError
        ``bad-signature`` if the signature is invalid, was made with a key that isn't the issuer's, or requires no key.

    Notes
    -----
    Only RS256, ES256, and EdDSA (Ed25519) are supported. Open Badges 2.0, "Verification Object" and "CryptographicKey";
    3.0, section 8.2 (JSON Web Token Proof Format); RFC 7515, section 5.2.
    """
    header = signed_header(token, signed.document)
    algorithm = header.text("alg") or "none"
    if algorithm in NEVER_ACCEPTED or algorithm.lower() == "none":
        raise SourceRefusedError(
            "bad-signature", signed.document, f"expected a signature with RS256, ES256, or EdDSA, found {algorithm}"
        )
    if algorithm not in KEY_TYPES:
        return (Notice("signature-by-other-algorithm", (quoted(algorithm),)),)
    try:
        key = find_key(header, signed, issuer_id, look_up)
        is_signed = _is_signed_by(token, algorithm, key)
    except KeyNotUsableError as reason:
        return (Notice("signature-unchecked", (str(reason),)),)
    if not is_signed:
        raise SourceRefusedError(
            "bad-signature", signed.document, f"its signature was not made with the key {quoted(key.name)}"
        )
    return key.doubts


def _is_signed_by(token: str, algorithm: str, key: VerificationKey) -> bool:
    # Unknown names in a header are harmless. The library still rejects any that are listed in "crit".
    registry = _Registry(algorithms=[algorithm], strict_check_header=False)
    try:
        with warnings.catch_warnings():
            # The EdDSA algorithm is now named Ed25519, but badges signed under the old name are still valid.
            warnings.simplefilter("ignore", SecurityWarning)
            jws.deserialize_compact(token, key.public_key(algorithm), registry=registry)
    except (JoseError, TypeError, ValueError):  # the library assumes that "crit" is a list of strings
        return False
    return True
