"""In-memory AWS, and a check of each DynamoDB request against the role of the function that sends it."""

from collections.abc import Iterator

import pytest

from tests.integration.permissions import Requests
from tests.support.memory import deployment_in_memory
from tests.support.operations_stream import OperationsStream, Subscription


@pytest.fixture(scope="session")
def sent_requests() -> Requests:
    """Return the DynamoDB requests that functions send in all tests."""
    return Requests()


@pytest.fixture(autouse=True)
def _functions_send_only_requests_that_their_role_allows(sent_requests: Requests) -> Iterator[None]:
    """Fail a test if a function sends a DynamoDB request that its role in the template doesn't allow."""
    sent_requests.sent.clear()
    yield
    assert sent_requests.rejected() == []


@pytest.fixture
def tables() -> Iterator[None]:
    """Run an empty deployment for a single test."""
    with deployment_in_memory():
        yield


@pytest.fixture
def stream(tables: None) -> OperationsStream:
    """Return the stream of the deployment's Operations table, from its beginning."""
    return OperationsStream()


@pytest.fixture
def subscription(tables: None) -> Subscription:
    """Return a queue that receives every event on the bus."""
    return Subscription()
