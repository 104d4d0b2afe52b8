"""Conditional updates of an item that is part of a concurrent transaction."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import UpdateError

from badgedata.aws import dynamodb
from badgedata.records import transactions
from badgedata.records.exports import ActiveExports


@pytest.fixture
def busy(tables: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return a function that makes DynamoDB reject single writes, as it does while a transaction holds the item."""
    monkeypatch.setattr(transactions, "back_off", lambda attempt: None)
    client, real = dynamodb(), dynamodb()._make_api_call  # type: ignore[attr-defined]

    def reject(times: int) -> None:
        left = [None] * times

        def call(operation: str, parameters: dict[str, Any]) -> Any:
            if operation == "UpdateItem" and left:
                left.pop()
                code = "TransactionConflictException"
                raise ClientError({"Error": {"Code": code, "Message": "Transaction is ongoing"}}, operation)
            return real(operation, parameters)

        monkeypatch.setattr(client, "_make_api_call", call)

    return reject


def count_one_more() -> bool:
    record = ActiveExports(*ActiveExports.key("ORG"))
    return record.update_if(ActiveExports.pk.does_not_exist(), [ActiveExports.active.set(1)])


def test_update_that_conflicts_with_a_transaction_is_retried(busy: Callable[[int], None]) -> None:
    busy(3)
    assert count_one_more()
    assert ActiveExports.get(*ActiveExports.key("ORG")).active == 1


def test_update_that_keeps_conflicting_eventually_fails(busy: Callable[[int], None]) -> None:
    busy(transactions.MAX_ATTEMPTS)
    with pytest.raises(UpdateError):
        count_one_more()


@pytest.mark.usefixtures("tables")
def test_update_with_an_unmet_condition_returns_false() -> None:
    assert count_one_more()
    assert not count_one_more()
