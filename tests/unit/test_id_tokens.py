"""Verification of the user pool's ID tokens."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from badgedata import clock
from badgedata.id_tokens import MIN_TIME_BETWEEN_FETCHES, IdTokenVerifier, KeysUnavailableError
from tests.support.clock import set_time

ISSUER, CLIENT, EMAIL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB1cD2eF3", "1example", "ada@example.org"
KEY, NEXT_KEY = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("first", "next"))


class Pool:
    """A user pool's key set, and the number of times that it was fetched."""

    def __init__(self, *keys: RSAKey) -> None:
        self.keys = list(keys)
        self.fetched = 0
        self.is_down = False

    def fetch(self) -> bytes:
        self.fetched += 1
        if self.is_down:
            raise KeysUnavailableError("down")
        return json.dumps(
            {"keys": [key.as_dict(private=False) | {"alg": "RS256", "use": "sig"} for key in self.keys]}
        ).encode()


def claims(**changed: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    usual = {
        "sub": "f1a2b3c4", "aud": CLIENT, "iss": ISSUER, "token_use": "id", "email": EMAIL, "email_verified": True,
        "iat": now, "exp": now + 3600,
    }  # fmt: skip
    return {name: value for name, value in (usual | changed).items() if value is not None}


def id_token(key: RSAKey = KEY, header: dict[str, Any] | None = None, **changed: Any) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid} | (header or {}), claims(**changed), key)


def verifier(pool: Pool, client: str = CLIENT) -> IdTokenVerifier:
    return IdTokenVerifier(ISSUER, client, pool.fetch)


def email_in(token: str) -> str | None:
    return verifier(Pool(KEY)).email_in(token)


def test_valid_id_token_has_a_verified_email_address() -> None:
    assert email_in(id_token()) == EMAIL
    assert email_in(id_token(email_verified="true")) == EMAIL


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another3client"}, {"aud": ""}, {"aud": None}, {"aud": [CLIENT]},
        {"iss": ISSUER + "x"}, {"iss": "https://evil.example"}, {"iss": None},
        {"token_use": "access"}, {"token_use": None},
        {"exp": 1}, {"exp": None}, {"exp": "9999999999"}, {"exp": -1},
        {"email_verified": False}, {"email_verified": "false"}, {"email_verified": None}, {"email_verified": 2},
        {"email": ""}, {"email": " "}, {"email": None}, {"email": ["ada@example.org"]},
    ],
    ids=str,
)  # fmt: skip
def test_token_with_a_wrong_claim_is_rejected(changed: dict[str, Any]) -> None:
    assert email_in(id_token(**changed)) is None


def test_token_is_rejected_as_soon_as_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    token, pool = id_token(), verifier(Pool(KEY))
    now = clock.now()
    set_time(now + timedelta(seconds=3590), monkeypatch)
    assert pool.email_in(token) == EMAIL
    set_time(now + timedelta(seconds=3600), monkeypatch)
    assert pool.email_in(token) is None


def _unsigned(header: dict[str, Any]) -> str:
    parts = (json.dumps(part).encode() for part in (header, claims()))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def _hs256() -> str:
    """Return a token signed with HMAC and the public key as its secret."""
    signed = _unsigned({"alg": "HS256", "kid": "first"})
    mac = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def _with_payload_of_another() -> str:
    header, _, signature = id_token().split(".")
    return f"{header}.{id_token(email='eve@example.org').split('.')[1]}.{signature}"


MALFORMED: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "one part": lambda: "x",
    "three parts": lambda: "a.b.c",
    "ten kilobytes": lambda: id_token(padding="x" * 10_000),
    "ten kilobytes of dots": lambda: "." * 10_000,
    "ten kilobytes of brackets": lambda: base64.urlsafe_b64encode(b"[" * 5_000).decode() + ".e30.e30",
    "alg none": lambda: _unsigned({"alg": "none", "kid": "first"}) + ".",
    "alg none with a signature": lambda: _unsigned({"alg": "none", "kid": "first"}) + ".AAAA",
    "RS256 with an empty signature": lambda: _unsigned({"alg": "RS256", "kid": "first"}) + ".",
    "RS256 with a wrong signature": lambda: _unsigned({"alg": "RS256", "kid": "first"}) + "." + "A" * 342,
    "HS256 with the public key": _hs256,
    "signed by another key": lambda: jwt.encode({"alg": "RS256", "kid": "first"}, claims(), NEXT_KEY),
    "unknown key": lambda: id_token(NEXT_KEY),
    "key of the wrong type": lambda: _unsigned({"alg": "RS256", "kid": 1}) + ".AAAA",
    "critical parameters that aren't a list": lambda: _unsigned({"alg": "RS256", "kid": "first", "crit": 5}) + ".AAAA",
    "critical parameters that aren't text": lambda: _unsigned({"alg": "RS256", "kid": "first", "crit": [[]]}) + ".AAAA",
    "no key": lambda: _unsigned({"alg": "RS256"}) + ".AAAA",
    "header is a list": lambda: "W10.e30.AAAA",
    "truncated": lambda: id_token()[:-1],
    "payload of another token": _with_payload_of_another,
    "line break": lambda: id_token() + "\n",
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_malformed_or_forged_token_is_rejected(name: str) -> None:
    assert email_in(MALFORMED[name]()) is None


def test_deployment_without_an_app_client_rejects_every_token() -> None:
    assert verifier(Pool(KEY), client="").email_in(id_token(aud="")) is None


def test_keys_are_fetched_once_and_reused() -> None:
    pool = Pool(KEY)
    checked = verifier(pool)
    assert [checked.email_in(id_token()) for _ in range(3)] == [EMAIL] * 3
    assert pool.fetched == 1


def test_key_fetches_for_unknown_key_ids_are_rate_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool(KEY)
    checked = verifier(pool)
    assert checked.email_in(id_token()) == EMAIL
    pool.keys.append(NEXT_KEY)
    token = id_token(NEXT_KEY)
    assert [checked.email_in(token) for _ in range(5)] == [None] * 5
    assert pool.fetched == 1
    set_time(clock.now() + MIN_TIME_BETWEEN_FETCHES, monkeypatch)
    assert checked.email_in(token) == EMAIL
    assert pool.fetched == 2


def test_failed_key_fetch_is_not_reported_as_an_invalid_token() -> None:
    pool = Pool(KEY)
    pool.is_down = True
    checked = verifier(pool)
    for _ in range(2):
        with pytest.raises(KeysUnavailableError):
            checked.email_in(id_token())
    pool.is_down = False
    assert checked.email_in(id_token()) == EMAIL


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"keys": 1}', b'{"keys": [{"kid": "first", "kty": "RSA", "n": "!", "e": "AQAB"}]}'],
    ids=str,
)
def test_key_response_with_invalid_content_raises_an_error(content: bytes) -> None:
    with pytest.raises(KeysUnavailableError):
        IdTokenVerifier(ISSUER, CLIENT, lambda: content).email_in(id_token())


def test_non_rsa_keys_are_ignored() -> None:
    keys = [{"kid": "ec", "kty": "EC", "crv": "P-256", "x": "a", "y": "b"}, KEY.as_dict(private=False)]
    assert IdTokenVerifier(ISSUER, CLIENT, lambda: json.dumps({"keys": keys}).encode()).email_in(id_token()) == EMAIL
