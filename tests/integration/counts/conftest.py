"""A stream of the Awards table for each test of award counts."""

import pytest

from tests.integration.counts.award_stream import AwardStream, Clock
from tests.support.small_limits import lower_limits


@pytest.fixture
def stream() -> AwardStream:
    return AwardStream()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stop the product's clock, and return it."""
    return Clock(monkeypatch)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave room in an item for about two changes."""
    lower_limits(monkeypatch, count_item_bytes=400)
