"""A source to fetch from, and a record of the connections that it makes."""

import pytest

from badgedata.fetching import SourceFetcher


@pytest.fixture
def source() -> SourceFetcher:
    """A source as in a local stack, which allows loopback, and with short timeouts."""
    return SourceFetcher(allow_loopback=True, seconds=5)
