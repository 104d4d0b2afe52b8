"""Faults during a delivery: each AWS call fails once or kills the function. Exactly one file and manifest arrive."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from badgedata import clock
from badgedata.delivery import copying, worker
from badgedata.records.trail import TrailEntry
from tests.integration.aws_faults import FAULTS, Fault, FaultyCalls, Killed
from tests.integration.delivery.deliveries import Deliveries, content_of
from tests.support.customer_account import CustomerAccount

DAY = timedelta(days=1)


@pytest.fixture
def calls(deliveries: Deliveries, account: CustomerAccount, monkeypatch: pytest.MonkeyPatch) -> FaultyCalls:
    """Count the product's calls, for deliveries of a file in three parts, one after the other."""
    assert account.external_id
    monkeypatch.setattr(copying, "MIN_PART_BYTES", 200)
    monkeypatch.setattr(copying, "MIB", 1)
    monkeypatch.setattr(copying, "PARTS_AT_ONCE", 1)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 0, raising=False)
    monkeypatch.setattr("moto.settings.S3_UPLOAD_PART_MIN_SIZE", 0, raising=False)
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
    delivered = [entry for entry in TrailEntry.newest_first("MAKERS", None, 100) if entry.action == "export-delivered"]
    assert len(delivered) == len(names) + 1


def test_concurrent_duplicates_deliver_once(deliveries: Deliveries, account: CustomerAccount) -> None:
    export = deliveries.export()
    content = content_of(export)
    with deliveries.product(), ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: worker.run(export.id, lambda: 900.0), range(4)))
    assert sorted(outcomes) == ["delivered", "nothing-to-do", "nothing-to-do", "nothing-to-do"]
    assert account.calls.count("PutObject") == 2
    deliveries.require_delivered(export, content)
