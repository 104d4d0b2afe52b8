"""Check the keys and settings of tables, and the items of one organization.

A restored table has no stream, time to live, point-in-time recovery, or deletion protection. Its indexes are complete
after they have been backfilled.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from botocore.exceptions import ClientError

from badgedata.access import find_organization
from badgedata.aws import dynamodb
from badgedata.config import config
from badgedata.counts.totals import Counted, count_all_awards
from badgedata.records.directory import BadgeClass, Issuer
from badgedata.stored_images import ImageMissingError, require, stored_image
from badgedata.text import counted

KEYS: Final = {
    "directory": {
        "": ["pk", "sk"],
        "children": ["parent", "entityId"],
        "names": ["parent", "entityId"],
        "by-image": ["image"],
    },
    "awards": {
        "": ["issuerId", "issuedOnAwardId"],
        "by-badge-class": ["badgeClassId", "issuedOnAwardId"],
        "by-award-id": ["awardId"],
    },
    "operations": {"": ["pk", "sk"], "by-scope": ["scope", "id"], "by-due-time": ["due", "dueAt"]},
    "trail": {"": ["organizationId", "id"], "by-issuer": ["issuerId", "id"]},
}
"""The keys of each table ("") and its indexes, as in template.yaml."""

TIME_TO_LIVE: Final = {"operations": "expiresAt", "trail": "expiresAt"}

STREAMS: Final = {"awards": "NEW_AND_OLD_IMAGES", "operations": "NEW_AND_OLD_IMAGES"}
"""The stream view type of each table that has a stream."""


class Check(NamedTuple):
    """A check's result and description."""

    passed: bool
    description: str


def check_tables() -> Iterator[Check]:
    """Check the keys, indexes, and settings of the four tables."""
    names = (config().directory_table, config().awards_table, config().operations_table, config().trail_table)
    for role, name in zip(KEYS, names, strict=True):
        yield from _check_table(role, name)


def check_organization(organization_id: str) -> Iterator[Check]:
    """Check that an organization's items and images exist, and that the indexes are complete."""
    organization = find_organization(organization_id)
    yield Check(organization is not None, f"organization {organization_id} exists")
    issuers = list(Issuer.children.query(Issuer.parent_key(organization_id)))
    yield Check(bool(issuers), f"issuers of the organization: {len(issuers):,}")
    for issuer in issuers:
        yield from _check_issuer(issuer)


def _check_table(role: str, name: str) -> Iterator[Check]:
    try:
        table = dynamodb().describe_table(TableName=name)["Table"]
    except ClientError as error:
        yield Check(False, f"{role} table {name}: {error.response['Error']['Code']}")
        return
    status = table["TableStatus"]
    yield Check(status == "ACTIVE", f"{role} table {name} is {status}")
    indexes = {index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes", [])}
    backfilling = [name for name, index in indexes.items() if index.get("IndexStatus", "ACTIVE") != "ACTIVE"]
    yield Check(not backfilling, f"{role}: indexes that are still being backfilled: {', '.join(backfilling) or 'none'}")
    keys = {"": [key["AttributeName"] for key in table["KeySchema"]]}
    keys |= {name: [key["AttributeName"] for key in index["KeySchema"]] for name, index in indexes.items()}
    yield Check(keys == KEYS[role], f"{role}: keys and indexes: {', '.join(filter(None, keys))}")
    protected = bool(table.get("DeletionProtectionEnabled"))
    yield Check(protected, f"{role}: deletion protection is {'on' if protected else 'off'}")
    backups = dynamodb().describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    yield Check(recovery == "ENABLED", f"{role}: point-in-time recovery is {recovery}")
    if role in STREAMS:
        stream = table.get("StreamSpecification", {}).get("StreamViewType", "off")
        yield Check(stream == STREAMS[role], f"{role}: stream: {stream}")
    if role in TIME_TO_LIVE:
        described = dynamodb().describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        attribute = described.get("AttributeName")
        yield Check(attribute == TIME_TO_LIVE[role], f"{role}: time to live attribute: {attribute or 'none'}")


def _check_issuer(issuer: Issuer) -> Iterator[Check]:
    badge_classes = list(BadgeClass.children.query(BadgeClass.parent_key(issuer.entity_id)))
    missing = list(_missing_images([issuer.image, *(badge_class.image for badge_class in badge_classes)]))
    yield Check(not missing, f"issuer {issuer.entity_id}: missing images: {', '.join(missing) or 'none'}")
    awards = _count_awards(None, "issuerId", issuer.entity_id)
    indexed = sum(_count_awards("by-badge-class", "badgeClassId", badge.entity_id) for badge in badge_classes)
    items = f"{counted(len(badge_classes), 'badge class', 'badge classes')}, {counted(awards, 'award')}"
    yield Check(
        awards == indexed, f"issuer {issuer.entity_id}: {items}, {indexed:,} of them in the by-badge-class index"
    )
    total = count_all_awards([Counted(issuer.entity_id)])
    yield Check(
        awards == total, f"issuer {issuer.entity_id}: award counts: {total:,} counted, {counted(awards, 'award')}"
    )


def _missing_images(images: list[str | None]) -> Iterator[str]:
    for stored in filter(None, map(stored_image, images)):
        try:
            require(stored)
        except ImageMissingError:
            yield stored.key


def _count_awards(index: str | None, key: str, value: str) -> int:
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=config().awards_table,
            **({"IndexName": index} if index else {}),  # type: ignore[arg-type]
            Select="COUNT",
            KeyConditionExpression=f"{key} = :value",
            ExpressionAttributeValues={":value": {"S": value}},
        )
    )
    return sum(page["Count"] for page in pages)
