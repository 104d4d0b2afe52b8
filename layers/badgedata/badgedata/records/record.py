"""What all records share: one DynamoDB client, so that a cold start makes it once, and updates on condition."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, Self

from pynamodb.attributes import JSONAttribute, NumberAttribute
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from badgedata import clock
from badgedata.aws import dynamodb
from badgedata.records import conflicts


class JsonText(JSONAttribute):
    """JSON as it stands, not in ``\\u`` escapes, which take up to six times the bytes of an item."""

    def serialize(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Record(Model):
    """A PynamoDB model that talks through the client of badgedata.aws."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        table.connection._client = dynamodb()  # type: ignore[assignment]
        return table

    def update_if(self, condition: Condition, actions: Sequence[Action]) -> bool:
        """Update the item, and this record with it. False, and nothing is changed, when the condition doesn't hold."""
        attempt = 0
        while True:
            try:
                self.update(list(actions), condition=condition)
                return True
            except UpdateError as error:
                if error.cause_response_code == "ConditionalCheckFailedException":
                    return False
                # botocore tries this again for transactions, and for single writes it does not.
                if error.cause_response_code != "TransactionConflictException" or attempt == conflicts.ATTEMPTS - 1:
                    raise
            conflicts.wait(attempt)
            attempt += 1


class ExpiringRecord(Record):
    """A record that is gone from the second on that `expires_at` names, in seconds since 1970.

    DynamoDB deletes it within days of that time. Until then, nothing here may find it.
    """

    expires_at = NumberAttribute(attr_name="expiresAt")

    @classmethod
    def find(cls, pk: str, sk: str) -> Self | None:
        """Return the record as it is now, or None where there is none any more."""
        try:
            found = cls.get(pk, sk, consistent_read=True)
        except cls.DoesNotExist:
            return None
        return found if found.expires_at > _now() else None

    @classmethod
    def unexpired(cls) -> Condition:
        """Return the condition that a record is not gone yet."""
        condition: Condition = cls.expires_at > _now()
        return condition


def _now() -> int:
    return int(clock.now().timestamp())


@cache
def connection() -> Connection:
    """Give the connection for what is not one model's: transactions."""
    shared = Connection()
    shared._client = dynamodb()  # type: ignore[assignment]
    return shared
