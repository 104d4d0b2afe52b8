"""A deployment with three organizations, one of which has an AWS account that receives files."""

from collections.abc import Iterator

import pytest

from tests.integration.delivery.deliveries import Deliveries
from tests.support.customer_account import CustomerAccount
from tests.support.memory import deployment_in_memory
from tests.support.organizations import load_organizations


@pytest.fixture
def deliveries(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deliveries]:
    """Run the deployment and the account for a single test."""
    with deployment_in_memory():
        load_organizations()
        yield Deliveries(CustomerAccount(), monkeypatch)


@pytest.fixture
def account(deliveries: Deliveries) -> CustomerAccount:
    """Return the account, with its bucket and with a role that trusts the organization's destination."""
    deliveries.set_up()
    return deliveries.account
