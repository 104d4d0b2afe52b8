"""A deployment in memory that the Welding School is loaded into."""

import pytest

from tests.integration.exports.welding_school import load_school


@pytest.fixture
def school(tables: None) -> None:
    load_school()
