"""Exports that are delivered, and the functions that deliver them, with a clock that the test controls."""

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import boto3
import pytest

from badgedata import aws, clock
from badgedata.config import config
from badgedata.delivery import lifecycle, messages
from badgedata.exports import lifecycle as exports
from badgedata.records.deliveries import Delivery
from badgedata.records.exports import Export
from functions.export_delivery import export_delivery
from functions.export_sweeper import export_sweeper
from tests.integration.aws_faults import FaultyCalls
from tests.support.clock import set_time
from tests.support.customer_account import BUCKET, SETTINGS, CustomerAccount, connect
from tests.support.invocations import context, process_queue, sample_event
from tests.support.organizations import ADMIN

DESTINATION = "/organizations/MAKERS/destination"


class Deliveries:
    """The in-memory deployment, with its queue, functions, and clock."""

    def __init__(self, account: CustomerAccount, monkeypatch: pytest.MonkeyPatch) -> None:
        self.account = account
        self._monkeypatch = monkeypatch
        self._is_product = False
        self.faults: FaultyCalls | None = None
        """Faults in the product's calls, if a test sets them."""

        connect(account, monkeypatch, lambda: self._is_product)
        monkeypatch.setattr(aws, "lambdas", lambda _: self)

    # ------------------------------------------------------------- the account and its destination

    def set_up(self) -> None:
        """Set the destination, and create the bucket and the role that it names."""
        self.account.create_bucket()
        answer = ADMIN.put(DESTINATION, SETTINGS)
        assert answer.status == 200, answer.text
        self.account.external_id = answer.json["externalId"]

    def test(self) -> dict[str, Any]:
        """Test the destination, and return the result."""
        answer = ADMIN.post(f"{DESTINATION}/test", {})
        assert answer.status == 200, answer.text
        result: dict[str, Any] = answer.json["lastTest"]
        return result

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - AWS's names
        """Invoke the delivery function, as Lambda does."""
        assert FunctionName == config().delivery_function
        with self.product():
            return {"Payload": BytesIO(json.dumps(export_delivery.handler(json.loads(Payload), context())).encode())}

    # ------------------------------------------------------------- exports and functions

    def export(self) -> Export:
        """Request an export that is delivered, and run its worker. Return the export."""
        return self.publish(self.request())

    def request(self) -> str:
        """Request an export that is delivered, and return its ID."""
        answer = ADMIN.post("/issuers/WELD/exports", {"kind": "awards", "deliver": True})
        assert answer.status == 202, answer.text
        return str(answer.json["id"])

    def publish(self, export_id: str) -> Export:
        """Run the worker of an export, and return the export."""
        with self.product():
            process_queue()
        export = exports.find_export(export_id)
        assert export is not None
        assert export.status == "succeeded"
        return export

    def restart(self, export: Export) -> None:
        """Deliver an export's file again, as if the export had just succeeded."""
        delivery_of(export).delete()
        lifecycle.new_delivery(export).save()
        messages.send(export.id)

    def work(self) -> list[str]:
        """Run the delivery function on every message in its queue. Return the IDs of messages that failed."""
        queue, failed = boto3.client("sqs"), []
        url = config().deliveries_queue_url
        while received := queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for message in received:
                event = sample_event("export_delivery")
                event["Records"][0] |= {"body": message["Body"], "receiptHandle": message["ReceiptHandle"]}
                with self.product():
                    answer = export_delivery.handler(event, context())
                if answer["batchItemFailures"]:
                    failed.append(message["MessageId"])
                else:
                    queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return failed

    def sweep(self) -> dict[str, int]:
        """Run the sweeper."""
        with self.product():
            outcomes: dict[str, int] = export_sweeper.handler(sample_event("export_sweeper"), context())
        return outcomes

    def pass_time(self, time: timedelta) -> datetime:
        """Move the clock forward, and return the new time."""
        now = clock.now() + time
        set_time(now, self._monkeypatch)
        return now

    def run_until(self, end: datetime) -> None:
        """Run the sweeper and the delivery function whenever a delivery is due, until a given time."""
        while True:
            due = [delivery.due_at for delivery in Delivery.by_due_time.query("delivery")]
            if not due or (moment := max(clock.parse_rfc3339(min(due)), clock.now())) > end:
                set_time(end, self._monkeypatch)
                return
            set_time(moment, self._monkeypatch)
            self.sweep()
            self.work()

    @contextlib.contextmanager
    def product(self) -> Iterator[None]:
        """Mark calls within this context as the product's, which the account checks."""
        before, self._is_product = self._is_product, True
        try:
            with self.faults.product() if self.faults is not None else contextlib.nullcontext():
                yield
        finally:
            self._is_product = before

    # ------------------------------------------------------------- results

    def state(self, export: Export) -> dict[str, Any]:
        """Return the delivery of an export as the API shows it."""
        state: dict[str, Any] = ADMIN.get(f"/exports/{export.id}").json["delivery"]
        return state

    def require_delivered(self, export: Export, content: bytes, *, may_leave_upload: bool = False) -> None:
        """Check that the bucket contains the file and its manifest, and nothing else.

        Parameters
        ----------
        may_leave_upload
            Whether an unfinished upload may be left, because the function was killed before it could record its ID.
        """
        key = f"from/badges/MAKERS/{export.file_name}"
        objects = self.account.objects()
        assert objects.keys() == {key, f"{key}.manifest.json"}
        assert objects[key] == content
        manifest = json.loads(objects[f"{key}.manifest.json"])
        assert manifest["file"] == {
            "name": export.file_name,
            "bytes": len(content),
            "rows": int(export.rows or 0),
            "sha256": export.sha256,
        }
        assert len(self.account.unfinished_uploads()) <= int(may_leave_upload)
        state = self.state(export)
        assert (state["status"], state["bucket"], state["key"]) == ("delivered", BUCKET, key)
        assert "error" not in state


def content_of(export: Export) -> bytes:
    """Return the file that the product keeps for an export."""
    answer = boto3.client("s3").get_object(Bucket=config().exports_bucket, Key=str(export.object_key))
    return bytes(answer["Body"].read())


def has_file(export: Export) -> bool:
    """Return whether the product still keeps an export's file."""
    found = boto3.client("s3").list_objects_v2(Bucket=config().exports_bucket, Prefix=str(export.object_key))
    return found["KeyCount"] == 1


def delivery_of(export: Export) -> Delivery:
    """Return the stored delivery of an export."""
    delivery = lifecycle.find(export.id)
    assert delivery is not None
    return delivery
