"""The API of an in-memory deployment with three organizations."""

from collections.abc import Iterator

import pytest

from tests.support.memory import deployment_in_memory
from tests.support.organizations import load_organizations


@pytest.fixture
def organizations(tables: None) -> None:
    """Load the organizations for a single test, which may change them."""
    load_organizations()


@pytest.fixture(scope="module")
def organizations_to_read() -> Iterator[None]:
    """Load the organizations once per module, for read-only tests."""
    with deployment_in_memory():
        load_organizations()
        yield
