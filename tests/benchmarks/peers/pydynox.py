"""pydynox: a client with a Rust core, and items as Python values."""

from collections.abc import Iterator
from typing import Any

from pydynox import DynamoDBClient

from badgedata.config import config
from tests.benchmarks.peers.award_parts import AwardCells
from tests.benchmarks.peers.plain_items import assertion_of, row_of


def rows(issuer_id: str, at: str) -> Iterator[list[str]]:
    """Return the rows of an issuer's award CSV."""
    cells = AwardCells(issuer_id, at)
    values = {":of": issuer_id}
    query = DynamoDBClient().sync_query(config().awards_table, "issuerId = :of", expression_attribute_values=values)
    return (row_of(cells, award) for award in query)


def assertions(badge_class_id: str) -> Iterator[dict[str, Any]]:
    """Return a badge class's assertions."""
    query = DynamoDBClient().sync_query(
        config().awards_table,
        "badgeClassId = :of",
        expression_attribute_values={":of": badge_class_id},
        index_name="by-badge-class",
    )
    return map(assertion_of, query)
