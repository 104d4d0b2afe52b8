"""Three organizations in memory, with people in every role; each test may change what it likes."""

import pytest

from tests.integration.api.organizations import load_organizations


@pytest.fixture
def organizations(tables: None) -> None:
    load_organizations()
