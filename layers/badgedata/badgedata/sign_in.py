"""Identify the sender of a request by the ID token or access token in its ``Authorization`` header."""

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from badgedata.access import Caller
from badgedata.config import config

if TYPE_CHECKING:
    from badgedata.id_tokens import IdTokenVerifier

_HEADER: Final = re.compile(r"(?:bearer +)?([A-Za-z0-9_.-]+)", re.IGNORECASE)
"""A bearer token (RFC 6750, section 2.1). The word ``Bearer`` is optional, because API Gateway's authorizer for user
pools, which this module replaced, doesn't require it either."""


def caller_in(authorization: str) -> Caller | None:
    """Return the caller that an ``Authorization`` header identifies, or None if the header contains no valid token.

    Raises
    ------
    Exception
        If the check itself fails, for example because a read is throttled. The token may still be valid.
    """
    header = _HEADER.fullmatch(authorization.strip())
    if header is None:
        return None
    token = header[1]
    return _program_with(token) if token.startswith("bdm_") else _person_with(token)


def _program_with(secret: str) -> Caller | None:
    # Loading the modules for either kind of token takes a noticeable part of a cold start.
    from badgedata.tokens import lifecycle
    from badgedata.tokens.secret import hash_of, is_secret

    if not is_secret(secret):
        return None
    token = lifecycle.find_by_hash(hash_of(secret))
    if token is None or not lifecycle.is_valid(token):
        return None
    lifecycle.note_use(token)
    return lifecycle.caller_with(token)


def _person_with(id_token: str) -> Caller | None:
    email = _verifier().email_in(id_token)
    return None if email is None else Caller(email)


@cache
def _verifier() -> "IdTokenVerifier":
    from badgedata.id_tokens import IdTokenVerifier, keys_at

    settings = config()
    return IdTokenVerifier(
        settings.user_pool_issuer, settings.user_pool_client_id, keys_at(settings.user_pool_keys_url)
    )
