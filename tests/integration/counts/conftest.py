"""A stream of the Awards table for each test of award counts."""

import pytest

from tests.integration.counts.award_stream import AwardStream, Clock


@pytest.fixture
def stream() -> AwardStream:
    return AwardStream()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the product's clock, stopped."""
    return Clock(monkeypatch)
