"""The base classes of all records, and the indexes of the Operations table."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from botocore.exceptions import ClientError
from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import AttributeDeserializationError, PynamoDBException, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from badgedata import clock
from badgedata.aws import dynamodb
from badgedata.config import config
from badgedata.records import transactions

HISTORY_KEPT = timedelta(days=90)
"""The retention time of exports, replacements, and re-syncs in the history."""


class JsonText(JSONAttribute):
    """An attribute that stores a value as JSON. To save space, non-ASCII characters aren't escaped."""

    def serialize(self, value: Any) -> str | None:
        """Return the value as compact JSON."""
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class WrongTypeError(Exception):
    """Raised when an attribute has the wrong type.

    Parameters
    ----------
    attribute
        The attribute's name in the table.
    required
        The required type, as a DynamoDB type descriptor such as ``S``.
    """

    def __init__(self, attribute: str, required: str) -> None:
        super().__init__(attribute, required)
        self.attribute = attribute
        self.required = required


class Record(Model):
    """A PynamoDB model that uses the DynamoDB client from `badgedata.aws`."""

    @classmethod
    def from_raw_data(cls, data: dict[str, Any]) -> Self:
        """Convert an item in DynamoDB JSON to a record.

        Raises
        ------
        WrongTypeError
            If an attribute has the wrong type.
        """
        try:
            return super().from_raw_data(data)
        except AttributeDeserializationError:
            # The error contains the attribute's name and type only in its message.
            for attribute in cls.get_attributes().values():
                if not {attribute.attr_type, "NULL"} & data.get(attribute.attr_name, {"NULL": True}).keys():
                    raise WrongTypeError(attribute.attr_name, attribute.attr_type) from None
            raise

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        table.connection._client = dynamodb()  # type: ignore[assignment]
        return table

    def update_if(self, condition: Condition, actions: Sequence[Action]) -> bool:
        """Update the record in the table and in memory. If the condition isn't met, change nothing and return False."""
        attempt = 0
        while True:
            try:
                self.update(list(actions), condition=condition)
                return True
            except UpdateError as error:
                code = code_of(error)
                if code == "ConditionalCheckFailedException":
                    return False
                # botocore retries such conflicts for transactions, but not for individual writes.
                if code != "TransactionConflictException" or attempt == transactions.MAX_ATTEMPTS - 1:
                    raise
            transactions.back_off(attempt)
            attempt += 1


class ExpiringRecord(Record):
    """A record that expires at `expires_at` (epoch seconds).

    Expired records are ignored. DynamoDB deletes them within a few days.
    """

    expires_at = NumberAttribute(attr_name="expiresAt")

    @classmethod
    def find(cls, pk: str, sk: str) -> Self | None:
        """Return the record with this key, or None if it doesn't exist or has expired."""
        try:
            found = cls.get(pk, sk, consistent_read=True)
        except cls.DoesNotExist:
            return None
        return found if found.expires_at > _now() else None

    @classmethod
    def find_all(cls, keys: Iterable[tuple[str, str]]) -> Iterator[Self]:
        """Yield the records with these keys, in no particular order. Missing and expired records are omitted."""
        found = cls.batch_get(keys, consistent_read=True)
        yield from (record for record in found if record.expires_at > _now())

    @classmethod
    def unexpired(cls) -> Condition:
        """Return a condition that matches records that haven't expired."""
        condition: Condition = cls.expires_at > _now()
        return condition


class OperationsTable:
    """The base class of the `Meta` classes for the Operations table."""

    table_name = config().operations_table


class ByScope(GlobalSecondaryIndex[Any]):
    """The index of the records in a scope, such as an issuer's exports. IDs from `new_id` sort by creation time."""

    class Meta:
        index_name = "by-scope"
        projection = AllProjection()

    scope = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)

    def newest_first(self, scope: str, after: str | None, read_at_once: int) -> Iterator[Any]:
        """Return a scope's unexpired records, newest first.

        If `after` is an ID, return only records that are older than the record with this ID.
        """
        return self.query(
            scope,
            ByScope.id < after if after is not None else None,
            self._model.unexpired() if issubclass(self._model, ExpiringRecord) else None,
            scan_index_forward=False,
            page_size=read_at_once,
        )


class ByDueTime(GlobalSecondaryIndex[Any]):
    """The index that sweepers use to find due items. Schedules that don't need a check are in a separate partition."""

    class Meta:
        index_name = "by-due-time"
        projection = AllProjection()

    due = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True, attr_name="dueAt")


def code_of(error: PynamoDBException) -> str | None:
    """Return the error code in DynamoDB's response, or None if there was no response.

    If the connection was lost, PynamoDB's `cause_response_code` fails, because the `response` of botocore's error is
    None.
    """
    return error.cause.response["Error"]["Code"] if isinstance(error.cause, ClientError) else None


def history_expiry(moment: datetime) -> int:
    """Return the expiry time (epoch seconds) of a record created at `moment`."""
    return int((moment.astimezone(UTC) + HISTORY_KEPT).timestamp())


def _now() -> int:
    return int(clock.now().timestamp())
