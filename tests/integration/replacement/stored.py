"""A badge class's stored and published data, and the route for its replacements."""

from typing import Any

from badgedata import aws
from badgedata.config import config
from tests.support.api_client import Answer, call
from tests.support.replacing import BADGE_CLASS

PREVIEWS = f"/badge-classes/{BADGE_CLASS}/replacements"


def is_of_fair_use(item: dict[str, Any]) -> bool:
    sort_key: str = item.get("sk", {}).get("S", "")
    return sort_key.startswith(("preview-slot#", "previews#"))


def everything() -> dict[str, Any]:
    """Return all images and all items except fair-use counters, to compare before and after."""
    found: dict[str, Any] = {
        table: [item for item in aws.dynamodb().scan(TableName=table)["Items"] if not is_of_fair_use(item)]
        for table in (config().directory_table, config().awards_table, config().operations_table, config().trail_table)
    }
    images = aws.s3().list_objects_v2(Bucket=config().images_bucket).get("Contents", [])
    return found | {"images": [image["Key"] for image in images]}


def public(path: str) -> Answer:
    return call("GET", path, email=None)
