"""The DynamoDB tables as the template defines them."""

from functools import cache
from typing import Any

from badgedata.config import config
from development.sam_template import resources

_DEFINITION = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")


def create_tables(dynamodb: Any) -> None:
    """Create the four tables, with their keys and indexes."""
    settings = config()
    for resource, name in (
        ("DirectoryTable", settings.directory_table),
        ("AwardsTable", settings.awards_table),
        ("OperationsTable", settings.operations_table),
        ("TrailTable", settings.trail_table),
    ):
        dynamodb.create_table(TableName=name, **table_definition(resource))


@cache
def table_definition(resource: str) -> dict[str, Any]:
    """Return the `CreateTable` arguments for the template's table with this logical ID."""
    properties = resources("AWS::DynamoDB::Table")[resource]["Properties"]
    return {name: properties[name] for name in _DEFINITION}
