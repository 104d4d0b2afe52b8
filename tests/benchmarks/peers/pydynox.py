"""pydynox: a client with its core in Rust, and items as Python values."""

from collections.abc import Iterator
from typing import Any

from pydynox import DynamoDBClient

from badgedata.config import config
from tests.benchmarks.peers import plain_items
from tests.benchmarks.peers.award_cells import AwardCells


def rows(issuer_id: str, at: str) -> Iterator[list[str]]:
    """Give the rows of an issuer's award CSV."""
    cells = AwardCells(issuer_id, at)
    for award in _query("issuerId = :of", {":of": issuer_id}, consistent_read=True):
        yield plain_items.row(cells, award)


def _query(condition: str, values: dict[str, Any], **options: Any) -> Iterator[dict[str, Any]]:
    client = DynamoDBClient()
    yield from client.sync_query(
        config().awards_table, condition, expression_attribute_values=values, **options
    )
