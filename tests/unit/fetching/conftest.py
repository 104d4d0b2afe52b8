"""A source to fetch from, and a record of its connections."""

import pytest

from badgedata.fetching import SourceFetcher


@pytest.fixture
def source() -> SourceFetcher:
    """A fetcher that allows loopback addresses, as in a local stack, and has short timeouts."""
    return SourceFetcher(allow_loopback=True, seconds=5)
