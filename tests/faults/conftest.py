"""One local AWS and one fault proxy for all fault cases in a session."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from badgedata import aws, config
from local import ministack
from local.places import LOCAL, Place
from tests.faults import organization
from tests.faults.endings import Endings
from tests.faults.world import World, fault_proxy, small_pages
from tests.support.ports import free_port
from tests.support.tables import create_tables

CACHED: tuple[Any, ...] = (aws.s3, aws.sqs, aws.dynamodb, aws.events, config.config)


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """Start the world with the template's tables and the fault cases' organization."""
    place = Place(LOCAL / "faults", free_port())
    ministack.clean(place)
    ministack.start(place)
    patch = pytest.MonkeyPatch()
    endpoint = place.endpoint_url.replace("localhost", "127.0.0.1")
    try:
        for name, value in {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "EVENT_BUS": "badge-data-management",
            "POWERTOOLS_METRICS_DISABLED": "true",
        }.items():
            patch.setenv(name, value)
        for cached in CACHED:
            cached.cache_clear()
        _make_resources()
        patch.setenv("EXPORTS_QUEUE_URL", _make_queue("exports"))
        patch.setenv("IMAGE_RESYNC_QUEUE_URL", _make_queue("image-resync"))
        config.config.cache_clear()
        with fault_proxy(endpoint, free_port(), place.folder / "microburst.log") as proxy_url:
            found = World(endpoint, proxy_url)
            with small_pages(found):
                organization.fill()
                yield found
    finally:
        patch.undo()
        for cached in CACHED:
            cached.cache_clear()
        ministack.stop(place)


def _make_resources() -> None:
    create_tables(boto3.client("dynamodb"))
    settings = config.config()
    boto3.client("events").create_event_bus(Name=settings.event_bus)
    for bucket in (settings.exports_bucket, settings.images_bucket):
        boto3.client("s3").create_bucket(Bucket=bucket)


def _make_queue(name: str) -> str:
    return str(boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"]).replace("localhost", "127.0.0.1")


@pytest.fixture(scope="module")
def endings() -> Endings:
    """Return the results of a module's fault cases."""
    return Endings()
