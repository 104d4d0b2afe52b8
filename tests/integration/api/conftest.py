"""The API over a deployment in memory that three organizations are loaded into."""

from collections.abc import Iterator

import pytest

from tests.support.memory import deployment_in_memory
from tests.support.organizations import load_organizations


@pytest.fixture
def organizations(tables: None) -> None:
    """Load them for one test, which may change what it likes."""
    load_organizations()


@pytest.fixture(scope="module")
def organizations_to_read() -> Iterator[None]:
    """Load them once for a module of tests that change nothing."""
    with deployment_in_memory():
        load_organizations()
        yield
