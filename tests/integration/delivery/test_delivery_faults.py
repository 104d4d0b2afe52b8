"""Faults during a delivery: each AWS call fails once or kills the function. Exactly one file and manifest arrive."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from badgedata import clock, trail
from badgedata.delivery import worker
from tests.integration.aws_faults import FAULTS, Fault, FaultyCalls, Killed
from tests.integration.delivery.deliveries import Deliveries, content_of
from tests.support.customer_account import CustomerAccount
from tests.support.small_limits import lower_limits

DAY = timedelta(days=1)


@pytest.fixture
def calls(deliveries: Deliveries, account: CustomerAccount, monkeypatch: pytest.MonkeyPatch) -> FaultyCalls:
    """Count the product's calls, for deliveries of a file in three parts, one after the other."""
    assert account.external_id
    lower_limits(
        monkeypatch,
        delivered_part_bytes=200,
        delivered_part_unit_bytes=1,
        delivered_parts_at_once=1,
        in_memory_part_bytes=0,
    )
    deliveries.faults = FaultyCalls(monkeypatch)
    return deliveries.faults


@pytest.mark.parametrize("fault", FAULTS)
def test_delivery_survives_a_fault_in_every_call(fault: Fault, deliveries: Deliveries, calls: FaultyCalls) -> None:
    export = deliveries.export()
    content = content_of(export)
    calls.at(-1, fault)
    deliveries.work()
    deliveries.require_delivered(export, content)
    names = list(calls.names)
    assert {"AssumeRole", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "PutObject"} <= {*names}
    for number in range(len(names)):
        deliveries.account.empty()
        deliveries.restart(export)
        calls.at(number, fault)
        with contextlib.suppress(Killed):
            deliveries.work()
        calls.at(-1, fault)
        deliveries.run_until(clock.now() + DAY)
        deliveries.require_delivered(export, content, may_leave_upload=True)
    delivered = [
        entry
        for entry in trail.entries("MAKERS", None, "0", "g", newest_first=True)
        if entry.action == "export-delivered"
    ]
    assert len(delivered) == len(names) + 1


def test_concurrent_duplicates_deliver_once(deliveries: Deliveries, account: CustomerAccount) -> None:
    export = deliveries.export()
    content = content_of(export)
    with deliveries.product(), ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: worker.run(export.id, lambda: 900.0), range(4)))
    assert sorted(outcomes) == ["delivered", "nothing-to-do", "nothing-to-do", "nothing-to-do"]
    assert account.calls.count("PutObject") == 2
    deliveries.require_delivered(export, content)
