"""A stream of the Awards table for each test of award counts."""

import pytest

from tests.integration.counts.award_stream import AwardStream


@pytest.fixture
def stream() -> AwardStream:
    return AwardStream()
