"""Request exports over the API, run the worker on them, and read what is stored."""

from typing import Any
from urllib.parse import urlsplit

import boto3

from badgedata.config import config
from badgedata.identifiers import new_id
from badgedata.records.exports import Export
from tests.support.api_client import Answer, Person
from tests.support.invocations import process_queue
from tests.support.organizations import (
    OWNER,
)

AWARDS = {"kind": "awards"}


def request(person: Person = OWNER, path: str = "/issuers/WELD/exports", body: Any = AWARDS, key: str = "") -> Answer:
    return person.post(path, body, headers={"Idempotency-Key": key} if key else {})


def request_id(*arguments: Any, **more: Any) -> str:
    answer = request(*arguments, **more)
    assert answer.status == 202, answer.text
    return str(answer.json["id"])


def finished_export(person: Person = OWNER, **more: Any) -> dict[str, Any]:
    export_id = request_id(person, **more)
    process_queue()
    export: dict[str, Any] = person.get(f"/exports/{export_id}").json
    assert export["status"] == "succeeded", export
    return export


def finished_exports(count: int, person: Person = OWNER, **more: Any) -> list[str]:
    """Finish an export, and store copies of it with other IDs. Return all IDs, oldest first."""
    ids = [request_id(person, **more)]
    process_queue()
    stored = Export.get(*Export.key(ids[0])).attribute_values
    with Export.batch_write() as batch:
        for _ in range(count - 1):
            ids.append(new_id())
            pk, _ = Export.key(ids[-1])
            batch.save(Export(**stored | {"id": ids[-1], "pk": pk}))
    return sorted(ids)


def objects() -> list[str]:
    listed = boto3.client("s3").list_objects_v2(Bucket=config().exports_bucket)
    return [item["Key"] for item in listed.get("Contents", [])]


def object_of_link(url: str) -> bytes:
    """Return the object that a presigned link refers to; the end-to-end tests use the link itself."""
    key = urlsplit(url).path.removeprefix("/")
    return boto3.client("s3").get_object(Bucket=config().exports_bucket, Key=key)["Body"].read()
