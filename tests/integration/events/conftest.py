"""The Operations table's stream, its deliveries to the event publisher, and a queue that is subscribed to the bus."""

import pytest

from tests.integration.events.operations_stream import OperationsStream, Subscription


@pytest.fixture
def stream(tables: None) -> OperationsStream:
    """Return the stream of the deployment's Operations table, from its beginning."""
    return OperationsStream()


@pytest.fixture
def subscription(tables: None) -> Subscription:
    """Return a queue that receives every event on the bus."""
    return Subscription()
