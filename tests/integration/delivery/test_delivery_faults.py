"""Faults during a delivery: each AWS call fails once or kills the function. Exactly one file and manifest arrive."""

import contextlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from badgedata import clock, trail
from badgedata.delivery import worker
from tests.integration.aws_faults import FAULTS, Fault, FaultyCalls, Killed
from tests.integration.delivery.deliveries import Deliveries, content_of
from tests.support.customer_account import CustomerAccount
from tests.support.small_limits import lower_limits

DAY = timedelta(days=1)


@pytest.fixture
def calls(deliveries: Deliveries, account: CustomerAccount, monkeypatch: pytest.MonkeyPatch) -> FaultyCalls:
    """Count the product's calls. Each delivery sends a file in three parts, one after the other."""
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
def test_delivery_succeeds_even_if_a_call_fails(fault: Fault, deliveries: Deliveries, calls: FaultyCalls) -> None:
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


def reject(name: str) -> None:
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": "an injected fault"}}, name)


def kill(name: str) -> None:
    raise Killed(name)


@pytest.mark.parametrize("fault", [reject, kill])
def test_retry_after_a_failed_manifest_upload_redelivers_a_removed_file(
    fault: Callable[[str], None], deliveries: Deliveries, account: CustomerAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = account.check

    def check_manifest(name: str, arguments: dict[str, Any]) -> None:
        check(name, arguments)
        if arguments.get("Key", "").endswith(".manifest.json"):
            fault(name)

    export = deliveries.export()
    with monkeypatch.context() as patch, contextlib.suppress(Killed):
        patch.setattr(account, "check", check_manifest)
        deliveries.work()
    assert len(account.objects()) == 1
    account.empty()
    deliveries.run_until(clock.now() + DAY)
    deliveries.require_delivered(export, content_of(export))


def test_interrupted_attempts_are_counted_and_reported(
    deliveries: Deliveries,
    account: CustomerAccount,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    export = deliveries.export()
    with monkeypatch.context() as patch:
        patch.setattr(account, "check", lambda name, _: kill(name))
        for _ in range(3):
            with contextlib.suppress(Killed):
                deliveries.work()
            deliveries.pass_time(timedelta(minutes=18))
            deliveries.sweep()
    state = deliveries.state(export)
    assert (state["status"], state["attempts"], state["error"]["code"]) == ("pending", 2, "failed")
    deliveries.run_until(clock.now() + DAY)
    deliveries.require_delivered(export, content_of(export))
    assert deliveries.state(export)["attempts"] == 4
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert sum(line.get("DeliveryInterrupted", [0])[0] for line in lines if "_aws" in line) >= 1


def test_handed_off_delivery_is_not_counted_as_interrupted(
    deliveries: Deliveries, account: CustomerAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower_limits(monkeypatch, delivered_part_bytes=200, delivered_part_unit_bytes=1, in_memory_part_bytes=0)
    export = deliveries.export()
    with deliveries.product():
        assert worker.run(export.id, lambda: 0.0) == "handed-on"
    deliveries.work()
    deliveries.require_delivered(export, content_of(export))
    assert deliveries.state(export)["attempts"] == 1
    assert account.calls


def test_concurrent_duplicate_messages_deliver_the_file_once(deliveries: Deliveries, account: CustomerAccount) -> None:
    export = deliveries.export()
    content = content_of(export)
    with deliveries.product(), ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: worker.run(export.id, lambda: 900.0), range(4)))
    assert sorted(outcomes) == ["delivered", "nothing-to-do", "nothing-to-do", "nothing-to-do"]
    assert account.calls.count("PutObject") == 2
    deliveries.require_delivered(export, content)
