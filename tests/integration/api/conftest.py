"""The API over a deployment in memory that three organizations are loaded into."""

import pytest

from tests.integration.api.organizations import load_organizations


@pytest.fixture
def organizations(tables: None) -> None:
    load_organizations()
