"""Load documents, and read what they store."""

import json
from typing import Any

import boto3

from badgedata.config import config
from badgedata.records.awards import Award
from operations.loading.load import LoadResult, load
from operations.loading.reading import read_document
from tests.support.small_documents import Json, organization_document


def load_json(document: Json, **how: Any) -> LoadResult:
    return load(read_document(json.dumps(document).encode()), **how)


def everything() -> dict[str, Any]:
    """Return all table items and all images, to compare before and after."""
    client = boto3.client("dynamodb")
    found: dict[str, Any] = {
        table: sorted(client.scan(TableName=table)["Items"], key=lambda item: json.dumps(item, sort_keys=True))
        for table in (config().directory_table, config().awards_table)
    }
    images = boto3.client("s3").list_objects_v2(Bucket=config().images_bucket).get("Contents", [])
    return found | {"images": [image["Key"] for image in images]}


def award(award_id: str = "A1", issuer_id: str = "ISS") -> Award:
    return next(found for found in Award.query(issuer_id) if found.award_id == award_id)


def many_awards(count: int) -> Json:
    document = organization_document()
    badge_class = document["issuers"][0]["badgeClasses"][0]
    badge_class["assertions"] = [badge_class["assertions"][0] | {"entityId": f"A{n}"} for n in range(count)]
    return document


def stored(image: str | None) -> bytes:
    assert image is not None
    return boto3.client("s3").get_object(Bucket=config().images_bucket, Key=image.removeprefix("s3:"))["Body"].read()
