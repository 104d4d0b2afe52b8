"""AWS client configuration."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from badgedata import aws
from badgedata.config import config


@pytest.fixture(autouse=True)
def _client_of_its_own() -> Iterator[None]:
    aws.s3.cache_clear()
    yield
    aws.s3.cache_clear()


def link() -> str:
    return aws.presigned("get_object", Bucket=config().exports_bucket, Key="ORG/EXPORT/file.csv").url


def test_presigned_link_uses_the_regional_bucket_host() -> None:
    assert urlsplit(link()).netloc == "exports.s3.eu-west-1.amazonaws.com"


def test_presigned_link_for_the_local_emulator_uses_its_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    address = urlsplit(link())
    assert (address.netloc, address.path) == ("127.0.0.1:4566", "/exports/ORG/EXPORT/file.csv")
