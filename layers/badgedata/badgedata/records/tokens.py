"""Access tokens in the Operations table: one record per token, and one list of tokens per organization."""

from typing import NotRequired, TypedDict

from pynamodb.attributes import UnicodeAttribute

from badgedata.records.record import ExpiringRecord, JsonText, OperationsTable, Record


class Token(ExpiringRecord):
    """An access token, keyed by the hash of its secret.

    The token expires at `valid_until`. Its record is deleted later, after `expires_at`.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="token")
    id = UnicodeAttribute()
    name = UnicodeAttribute()
    role = UnicodeAttribute()
    organization_id = UnicodeAttribute(attr_name="organizationId")
    issuer_id = UnicodeAttribute(null=True, attr_name="issuerId")
    created_by = UnicodeAttribute(attr_name="createdBy")
    created_at = UnicodeAttribute(attr_name="createdAt")
    valid_until = UnicodeAttribute(attr_name="validUntil")
    last_used_at = UnicodeAttribute(null=True, attr_name="lastUsedAt")

    @staticmethod
    def key(secret_hash: str) -> tuple[str, str]:
        """Return a token's partition key and sort key. `secret_hash` is in hexadecimal."""
        return f"token#{secret_hash}", "token"


class ListedToken(TypedDict):
    """A token's entry in its organization's list."""

    hash: str
    validUntil: str
    issuerId: NotRequired[str]


class OrganizationTokens(Record):
    """An organization's list of tokens, keyed by token ID.

    The transaction that creates or deletes a token also updates this list. Each change sets a new `revision`, so two
    concurrent changes to the same list can't both succeed.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="tokens")
    tokens: JsonText = JsonText()
    revision = UnicodeAttribute()

    @staticmethod
    def key(organization_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of an organization's list of tokens."""
        return f"organization#{organization_id}", "tokens"
