"""AWS in memory, and a check of each request to DynamoDB against the role of its function."""

from collections.abc import Iterator

import pytest

from tests.integration.permissions import Requests
from tests.support.memory import deployment_in_memory


@pytest.fixture(scope="session")
def sent_requests() -> Requests:
    """Return the requests of functions to DynamoDB, in all tests."""
    return Requests()


@pytest.fixture(autouse=True)
def functions_ask_for_nothing_that_their_role_refuses(sent_requests: Requests) -> Iterator[None]:
    """Fail a test in which a function sends a request to DynamoDB that its role in the template does not allow."""
    sent_requests.sent.clear()
    yield
    assert sent_requests.refused() == []


@pytest.fixture
def tables() -> Iterator[None]:
    """Run an empty deployment for each test."""
    with deployment_in_memory():
        yield
