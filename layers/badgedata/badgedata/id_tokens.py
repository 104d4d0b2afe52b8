"""Verify ID tokens (OpenID Connect Core 1.0, section 2) with the public keys of the user pool that issued them."""

import base64
import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import urllib3
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from badgedata import clock
from badgedata.aws import trusted_certificates
from badgedata.json_faults import decode_json

MAX_ID_TOKEN_CHARACTERS: Final = 8_000
"""The maximum length of an ID token. Most ID tokens are about 1,100 characters long. API Gateway limits the total size
of all headers to 10,240 bytes."""

MAX_KEYS_BYTES: Final = 100_000
MIN_TIME_BETWEEN_FETCHES: Final = timedelta(minutes=1)
"""The minimum time between two fetches of the keys. A token that names an unknown key causes a fetch, and anyone can
send such tokens."""

_CONNECT_SECONDS, _READ_SECONDS = 2.0, 3.0
_FORMAT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")

type FetchKeys = Callable[[], bytes]


class KeysUnavailableError(Exception):
    """Raised when the user pool's public keys can't be fetched, so no token can be verified."""


class _Jwk(msgspec.Struct):
    kid: str
    kty: str
    n: str = ""
    e: str = ""


class _KeySet(msgspec.Struct):
    keys: list[_Jwk]


class IdTokenVerifier:
    """A verifier for the ID tokens of one app client. It keeps the user pool's public keys in memory.

    Parameters
    ----------
    issuer
        The pool's URL, as in the `iss` claim.
    client_id
        The app client's ID, as in the `aud` claim.
    fetch_keys
        A function that returns the pool's key set (RFC 7517, section 5), or raises `KeysUnavailableError`.
    """

    def __init__(self, issuer: str, client_id: str, fetch_keys: FetchKeys) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._fetch_keys = fetch_keys
        self._keys: dict[str, RSAKey] = {}
        self._fetched_at: datetime | None = None
        self._lock = threading.Lock()

    def email_in(self, id_token: str) -> str | None:
        """Return the email address in an ID token, or None if the token is invalid or the email address is unverified.

        Raises
        ------
        KeysUnavailableError
            If the token names an unknown key and the pool's keys can't be fetched.
        """
        if len(id_token) > MAX_ID_TOKEN_CHARACTERS or _FORMAT.fullmatch(id_token) is None:
            return None
        key = self._key_of(id_token)
        if key is None:
            return None
        try:
            # Only this algorithm is allowed: a token must not choose "none", or a MAC keyed with the public key.
            claims = jwt.decode(id_token, key, algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            return None
        return self._email_of(claims)

    def _email_of(self, claims: dict[str, Any]) -> str | None:
        expires_at, email = claims.get("exp"), claims.get("email")
        is_current = isinstance(expires_at, int | float) and expires_at > clock.now().timestamp()
        is_for_us = claims.get("iss") == self._issuer and claims.get("aud") == self._client_id != ""
        # Cognito writes the attribute as a Boolean, or as text if an identity provider's mapping sets it.
        is_verified = claims.get("email_verified") in (True, "true")
        if is_current and is_for_us and claims.get("token_use") == "id" and is_verified:
            return email if isinstance(email, str) and email.strip() else None
        return None

    def _key_of(self, id_token: str) -> RSAKey | None:
        """Return the key that a token's header names, or None if the header is invalid or the key is unknown."""
        try:
            header = decode_json(_base64url_decoded(id_token.partition(".")[0]))
        except (ValueError, RecursionError):
            return None
        if not isinstance(header, dict) or header.get("alg") != "RS256" or not isinstance(header.get("kid"), str):
            return None
        # Cognito's tokens don't contain this header parameter, and joserfc assumes without checking that it is a list.
        if "crit" in header:
            return None
        with self._lock:
            if header["kid"] not in self._keys and self._may_fetch():
                self._keys = _keys_in(self._fetch_keys())
                self._fetched_at = clock.now()
            return self._keys.get(header["kid"])

    def _may_fetch(self) -> bool:
        return self._fetched_at is None or clock.now() >= self._fetched_at + MIN_TIME_BETWEEN_FETCHES


def keys_at(url: str) -> FetchKeys:
    """Return a function that fetches the user pool's key set from a URL."""
    pool = urllib3.PoolManager(
        ca_certs=trusted_certificates(), timeout=urllib3.Timeout(_CONNECT_SECONDS, _READ_SECONDS), retries=1
    )

    def fetch() -> bytes:
        try:
            response = pool.request("GET", url, preload_content=False, redirect=False)
            content = response.read(MAX_KEYS_BYTES + 1)
            response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise KeysUnavailableError("the user pool did not return its keys") from error
        if response.status != 200 or len(content) > MAX_KEYS_BYTES:
            raise KeysUnavailableError(
                f"the user pool returned status {response.status} and {len(content)} bytes instead of its keys"
            )
        return content

    return fetch


def _keys_in(key_set: bytes) -> dict[str, RSAKey]:
    try:
        keys = msgspec.json.decode(key_set, type=_KeySet).keys
        return {key.kid: RSAKey.import_key({"kty": "RSA", "n": key.n, "e": key.e}) for key in keys if key.kty == "RSA"}
    except (ValueError, JoseError) as error:
        raise KeysUnavailableError("the user pool's response does not contain its keys") from error


def _base64url_decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
