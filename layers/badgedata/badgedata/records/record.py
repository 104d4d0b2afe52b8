"""What all records share: one DynamoDB client, instead of one for each model, so that a cold start makes it once."""

from functools import cache

from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from badgedata.aws import dynamodb


class Record(Model):
    """A PynamoDB model that talks through the client of badgedata.aws."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        table.connection._client = dynamodb()  # type: ignore[assignment]
        return table


@cache
def connection() -> Connection:
    """Give the connection for what is not one model's: transactions."""
    shared = Connection()
    shared._client = dynamodb()  # type: ignore[assignment]
    return shared
