"""The configuration of the AWS clients."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from badgedata import aws
from badgedata.exports.upload import download_link


@pytest.fixture(autouse=True)
def _client_of_its_own() -> Iterator[None]:
    aws.s3.cache_clear()
    yield
    aws.s3.cache_clear()


def test_link_names_the_host_of_the_bucket_in_its_own_region() -> None:
    assert urlsplit(download_link("ORG/EXPORT/file.csv").url).netloc == "exports.s3.eu-west-1.amazonaws.com"


def test_link_to_a_local_aws_uses_its_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    address = urlsplit(download_link("ORG/EXPORT/file.csv").url)
    assert (address.netloc, address.path) == ("127.0.0.1:4566", "/exports/ORG/EXPORT/file.csv")
