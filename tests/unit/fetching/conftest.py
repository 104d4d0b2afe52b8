"""A source to fetch from, and a record of the connections that it makes."""

import pytest

from badgedata.fetching import SourceFetcher


@pytest.fixture
def source() -> SourceFetcher:
    """As in a local stack: loopback is let through. Short, so that nothing here waits for long."""
    return SourceFetcher(allow_loopback=True, seconds=5)
