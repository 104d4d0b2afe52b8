"""Sources on this machine."""

from collections.abc import Iterator

import pytest

from badgedata.config import config


@pytest.fixture
def loopback_sources(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Allow loopback sources, as the local stack does."""
    monkeypatch.setenv("SOURCE_ADDRESSES", "loopback-too")
    config.cache_clear()
    yield
    monkeypatch.undo()
    config.cache_clear()
