"""Create, use, and delete access tokens.

One transaction writes a token's record, adds the token to the organization's list, and saves the trail entry. Every
token can therefore be listed and deleted.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from badgedata import clock, trail
from badgedata.access import Caller, TokenLimits
from badgedata.aws import dynamodb_of_authorizer
from badgedata.identifiers import new_id
from badgedata.problems import conflict
from badgedata.records import transactions
from badgedata.records.tokens import ListedToken, OrganizationTokens, Token
from badgedata.records.trail import TrailEntry
from badgedata.records.transactions import ConditionsFailedError

logger = Logger(child=True)

MAX_TOKENS_PER_ORGANIZATION: Final = 50

MAX_TOKENS_PER_ISSUER: Final = 10
"""The maximum number of unexpired tokens per issuer, so that an issuer's owners can't use up the organization's limit.
"""

KEPT_AFTER_EXPIRY: Final = timedelta(days=30)
"""The time that an expired token remains in the list, so that people can see why a program lost access."""

USE_NOTED_EVERY: Final = timedelta(minutes=5)
"""The minimum time between two updates to a token's last use. It prevents a busy program from causing a write for each
authorizer invocation."""

type _List = dict[str, ListedToken]
type _Writes = Callable[[TransactWrite], None]


def begin(token: Token) -> None:
    """Save a new token. If the organization's list is full, remove the token that expired first.

    Raises
    ------
    Problem
        409 if the organization or the issuer has reached its token limit.
    """
    secret_hash = token.pk.removeprefix("token#")
    created = _entry("token-created", token, token.created_by)

    def add(listed: _List) -> _Writes | None:
        if token.id in listed:  # the response to an earlier attempt was lost
            return None
        _check_limit_of_issuer(token, listed)
        dropped = _make_room(listed)
        listed[token.id] = {"hash": secret_hash, "validUntil": token.valid_until}
        if token.issuer_id is not None:
            listed[token.id]["issuerId"] = token.issuer_id

        def write(transaction: TransactWrite) -> None:
            transaction.save(token, condition=Token.pk.does_not_exist())
            transaction.save(created)
            for expired in dropped:
                transaction.delete(expired)

        return write

    _change_list(token.organization_id, add)


def remove(token: Token, by: str) -> None:
    """Delete a token on behalf of `by`. If the token was already deleted, nothing changes."""
    deleted = _entry("token-deleted", token, by)

    def drop(listed: _List) -> _Writes | None:
        if listed.pop(token.id, None) is None:
            return None

        def write(transaction: TransactWrite) -> None:
            transaction.save(deleted)
            transaction.delete(token)

        return write

    _change_list(token.organization_id, drop)


def remove_all(organization_id: str) -> None:
    """Delete all of an organization's tokens before the organization is deleted. No trail entries are added."""

    def drop(listed: _List) -> _Writes | None:
        tokens = [Token(*Token.key(entry["hash"])) for entry in listed.values()]
        listed.clear()

        def write(transaction: TransactWrite) -> None:
            for token in tokens:
                transaction.delete(token)

        return write if tokens else None

    _change_list(organization_id, drop)


def find(organization_id: str, token_id: str) -> Token | None:
    """Return the token with this ID, or None if there is none. The token may have expired recently."""
    listed = _listed(organization_id).get(token_id)
    return None if listed is None else Token.find(*Token.key(listed["hash"]))


def of_organization(organization_id: str) -> list[Token]:
    """Return an organization's tokens, newest first. The list includes recently expired tokens."""
    keys = [Token.key(listed["hash"]) for listed in _listed(organization_id).values()]
    tokens = Token.batch_get(keys, consistent_read=True) if keys else []
    return sorted((token for token in tokens if not _is_forgotten(token)), key=lambda token: token.id, reverse=True)


def find_by_hash(secret_hash: str) -> Token | None:
    """Find a token by the hash of its secret. Return None if there is no match.

    The DynamoDB client has short timeouts, because only the authorizer calls this function.
    """
    pk, sk = Token.key(secret_hash)
    found = dynamodb_of_authorizer().get_item(
        TableName=Token.Meta.table_name, Key={"pk": {"S": pk}, "sk": {"S": sk}}, ConsistentRead=True
    )
    return Token.from_raw_data(dict(found["Item"])) if "Item" in found else None


def is_valid(token: Token) -> bool:
    """Return whether a token hasn't expired yet."""
    return clock.now() < clock.parse_rfc3339(token.valid_until)


def caller_with(token: Token) -> Caller:
    """Return the caller that a token identifies."""
    limits = TokenLimits(token.id, token.name, token.organization_id, token.issuer_id, token.role)
    return Caller(token.created_by, limits)


def note_use(token: Token) -> None:
    """Record a token's use unless a use was recorded recently. Errors are logged, not raised."""
    now = clock.now()
    if token.last_used_at is not None and now < clock.parse_rfc3339(token.last_used_at) + USE_NOTED_EVERY:
        return
    try:
        dynamodb_of_authorizer().update_item(
            TableName=Token.Meta.table_name,
            Key={"pk": {"S": token.pk}, "sk": {"S": token.sk}},
            UpdateExpression="SET lastUsedAt = :now",
            ConditionExpression="attribute_exists(pk)",  # deleted tokens stay deleted
            ExpressionAttributeValues={":now": {"S": clock.to_the_second(now)}},
        )
    except (BotoCoreError, ClientError):
        logger.warning("Token use not recorded", token_id=token.id, exc_info=True)


def _entry(action: trail.Action, token: Token, by: str) -> TrailEntry:
    details = {"role": token.role, "expiresAt": token.valid_until}
    return trail.entry(token.organization_id, by, action, "token", token.id, token.name, details, token.issuer_id)


def _check_limit_of_issuer(token: Token, listed: _List) -> None:
    if token.issuer_id is None:
        return
    now = clock.to_the_second(clock.now())
    of_issuer = (entry for entry in listed.values() if entry.get("issuerId") == token.issuer_id)
    if sum(entry["validUntil"] > now for entry in of_issuer) >= MAX_TOKENS_PER_ISSUER:
        raise conflict(
            f"The limit of {MAX_TOKENS_PER_ISSUER} access tokens per issuer has been reached. Delete one of this "
            "issuer's tokens."
        )


def _make_room(listed: _List) -> list[Token]:
    """Remove expired tokens from a full list to make room for a new token. Return the removed tokens."""
    now = clock.to_the_second(clock.now())
    dropped = []
    for token_id in sorted(listed, key=lambda token_id: listed[token_id]["validUntil"]):
        if len(listed) < MAX_TOKENS_PER_ORGANIZATION or listed[token_id]["validUntil"] > now:
            break
        dropped.append(Token(*Token.key(listed.pop(token_id)["hash"])))
    if len(listed) >= MAX_TOKENS_PER_ORGANIZATION:
        raise conflict(
            f"The limit of {MAX_TOKENS_PER_ORGANIZATION} access tokens per organization has been reached. "
            "Delete a token that you no longer need."
        )
    return dropped


def _is_forgotten(token: Token) -> bool:
    return token.expires_at <= clock.now().timestamp()


def _stored_list(organization_id: str) -> OrganizationTokens | None:
    try:
        return OrganizationTokens.get(*OrganizationTokens.key(organization_id), consistent_read=True)
    except OrganizationTokens.DoesNotExist:
        return None


def _listed(organization_id: str) -> _List:
    stored = _stored_list(organization_id)
    return {} if stored is None else dict(stored.tokens)


def _change_list(organization_id: str, change: Callable[[_List], _Writes | None]) -> None:
    """Change an organization's list of tokens in one transaction with other writes. Retry after a conflict.

    Parameters
    ----------
    change
        A function that changes the list and returns the other writes, or None if there is nothing to write.
    """
    for attempt in range(transactions.MAX_ATTEMPTS):
        stored = _stored_list(organization_id)
        listed: _List = {} if stored is None else dict(stored.tokens)
        writes = change(listed)
        if writes is None:
            return
        unchanged: Condition = (
            OrganizationTokens.pk.does_not_exist() if stored is None else OrganizationTokens.revision == stored.revision
        )
        new = OrganizationTokens(*OrganizationTokens.key(organization_id), tokens=listed, revision=new_id())

        def write(
            transaction: TransactWrite,
            writes: _Writes = writes,
            new: OrganizationTokens = new,
            unchanged: Condition = unchanged,
        ) -> None:
            writes(transaction)
            transaction.save(new, condition=unchanged)

        try:
            transactions.write(write)
        except ConditionsFailedError:
            transactions.back_off(attempt)
        else:
            return
    raise conflict(
        "Other requests changed this organization's access tokens at the same time, so your change was not saved. "
        "Retry your request."
    )
