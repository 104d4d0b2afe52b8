"""Check the signature of a badge that came as a compact JWS: a wrong one refuses it, an uncheckable one warns."""

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

# Anyone can "sign" with none, and whoever can check an HMAC can make one.
NEVER_ACCEPTED: Final = ("none", "HS256", "HS384", "HS512")
MAX_HEADER_BYTES: Final = 16 * 1024
MAX_SIGNATURE_BYTES: Final = 4 * 1024


class _Registry(jws.JWSRegistry):
    """The library's limits are those of web tokens; a badge may hold its image, a header its whole key."""

    max_header_length = MAX_HEADER_BYTES
    max_payload_length = MAX_DOCUMENT_BYTES
    max_signature_length = MAX_SIGNATURE_BYTES


def check_signature(
    token: str, signed: JsonDocument, issuer_id: str | None, look_up: Callable[[str, str], SourceDocument]
) -> tuple[Notice, ...]:
    """Check a compact JWS against the key of the badge's issuer.

    Parameters
    ----------
    token
        The compact JWS.
    signed
        What it holds: an assertion (1.x, 2.x) or credential (3.0).
    issuer_id
        The issuer, as the badge class or credential names it.
    look_up
        Reads the document at an address (with the document that names it), for keys that are linked.

    Returns
    -------
    tuple[Notice, ...]
        Why it could not be checked, or what a good signature still doesn't show. Empty when all is well.

    Raises
    ------
    SourceRefusedError
        ``bad-signature`` for a signature that is wrong, made by a key that is not the issuer's, or by no key at all.

    Notes
    -----
    RS256, ES256 and EdDSA (Ed25519) only. Open Badges 2.0, "Verification Object" and "CryptographicKey"; 3.0, section
    8.2 (JSON Web Token Proof Format); RFC 7515, section 5.2.
    """
    header = signed_header(token, signed.document)
    algorithm = header.text("alg") or "none"
    if algorithm in NEVER_ACCEPTED or algorithm.lower() == "none":
        raise SourceRefusedError(
            "bad-signature", signed.document, f"a signature by RS256, ES256 or EdDSA was expected, found {algorithm}"
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
            "bad-signature", signed.document, f"its signature is not by the key {quoted(key.name)}"
        )
    return key.doubts


def _is_signed_by(token: str, algorithm: str, key: VerificationKey) -> bool:
    # Names that the library doesn't know in a header are no harm; those under "crit" it still refuses.
    registry = _Registry(algorithms=[algorithm], strict_check_header=False)
    try:
        with warnings.catch_warnings():
            # EdDSA has been renamed to Ed25519 since; a badge that was signed before is no less signed.
            warnings.simplefilter("ignore", SecurityWarning)
            jws.deserialize_compact(token, key.public_key(algorithm), registry=registry)
    except (JoseError, TypeError, ValueError):  # the library takes a header's "crit" for a list of texts
        return False
    return True
