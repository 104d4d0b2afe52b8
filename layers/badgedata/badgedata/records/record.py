"""What all records share: one DynamoDB client, conditional updates, expiry, and the Operations table with its indexes.

A cold start makes the client once.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from badgedata import clock
from badgedata.aws import dynamodb
from badgedata.config import config
from badgedata.records import transactions

HISTORY_KEPT = timedelta(days=90)


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
                code = error.cause_response_code
                if code == "ConditionalCheckFailedException":
                    return False
                # botocore tries this again for transactions, and for single writes it does not.
                if code != "TransactionConflictException" or attempt == transactions.MAX_ATTEMPTS - 1:
                    raise
            transactions.wait(attempt)
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


class OperationsTable:
    """The `Meta` of every record of the Operations table."""

    table_name = config().operations_table


class ByScope(GlobalSecondaryIndex[Any]):
    """The history of an organization, issuer or badge class; ids sort by the time they were made."""

    class Meta:
        index_name = "by-scope"
        projection = AllProjection()

    scope = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)

    def newest_first(self, scope: str, after: str | None, read_at_once: int) -> Iterator[Any]:
        """Return the records of a scope that are not gone, newest first, from the id `after` on, which is left out."""
        return self.query(
            scope,
            ByScope.id < after if after is not None else None,
            self._model.unexpired() if issubclass(self._model, ExpiringRecord) else None,
            scan_index_forward=False,
            page_size=read_at_once,
        )


class ByDueTime(GlobalSecondaryIndex[Any]):
    """Sparse: what a sweeper has to look at, and from when on; and, apart from these, schedules that are settled."""

    class Meta:
        index_name = "by-due-time"
        projection = AllProjection()

    due = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True, attr_name="dueAt")


def history_expiry(moment: datetime) -> int:
    """Give the time-to-live (epoch seconds) of what was made at `moment`."""
    return int((moment.astimezone(UTC) + HISTORY_KEPT).timestamp())


def _now() -> int:
    return int(clock.now().timestamp())
