"""The world of the fault cases: a local AWS with one organization, and microburst between it and the workers.

Workers are forked processes, so that a kill is a real SIGKILL. Their calls go through microburst; calls from the case
itself go directly to the local AWS. The world has its own clock, which skips idle time. Every export request turns
the clock back, so that the times in documents and ZIP files are always the same.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest
from urllib3.util import Timeout

from badgedata import aws, clock
from badgedata.access import Caller, Scope, find_organization
from badgedata.config import config
from badgedata.exports import lifecycle, raw_queries, sweeper, upload
from badgedata.exports.request import request_export
from badgedata.exports.specification import AwardsExport, Specification
from badgedata.records.exports import ActiveExports, Export
from functions.export_worker import export_worker
from tests.faults.kinds import FAULTS, OPERATIONS
from tests.faults.organization import ORGANIZATION
from tests.support.query_pages import limit_query_pages
from tests.support.small_limits import lower_limits

ITEMS_A_PAGE = 8
LEAST_PART = 6000
AWARDS = AwardsExport(kind="awards")

_real_now = clock.now

QUIET_STEP = timedelta(seconds=61)
"""How far the clock advances when there is nothing to do: one lease plus one second."""


@dataclass
class Trouble:
    """The faults and events of a case's workers."""

    rules: list[dict[str, Any]] = field(default_factory=list)
    kill_before_call: dict[int, int] = field(default_factory=dict)
    """The call before which the nth worker is killed."""
    calls_until_time_is_up: int | None = None
    split: bool = False
    deliver_twice: bool = False
    shuffle: bool = False

    @classmethod
    def killed_and_split(cls, choices: random.Random) -> Self:
        """Return a case in which an export is split, three workers are killed, and others may run out of time."""
        return cls(
            kill_before_call={worker: choices.randint(1, 40) for worker in choices.sample(range(8), 3)},
            split=True,
            calls_until_time_is_up=choices.choice([None, 15, 30]),
            shuffle=True,
        )

    @classmethod
    def combined(cls, choices: random.Random, split_probability: float) -> Self:
        """Return all faults at once: failing calls, killed workers, splits, handoffs, and repeated messages."""
        rules = []
        for service, operation in choices.sample(OPERATIONS, 5):
            fault = choices.choice(["throttled", "failing", "reset", "response truncated"])
            rules.append({"service": service, "operation": operation, "probability": 0.3, **FAULTS[fault](service)})
        return cls(
            rules,
            kill_before_call={worker: choices.randint(1, 40) for worker in choices.sample(range(8), 2)},
            split=choices.random() < split_probability,
            calls_until_time_is_up=choices.choice([None, 12, 25]),
            deliver_twice=choices.random() < 0.5,
            shuffle=True,
        )


@dataclass
class Ending:
    """How a case ended."""

    export: Export
    content: bytes | None
    workers: int
    killed: int
    raised: int
    left_objects: list[str]
    left_uploads: int
    active: int


class World:
    """A test session's local AWS and fault proxy."""

    def __init__(self, endpoint_url: str, proxy_url: str) -> None:
        self.endpoint_url = endpoint_url
        self.proxy_url = proxy_url
        self.skipped = timedelta()
        self.calls = 0
        self._began_at = _real_now().replace(microsecond=0)
        # Created once here instead of in each process.
        self._clients: tuple[Any, ...] = (aws.s3(), aws.sqs(), aws.dynamodb(), aws.events())

    def now(self) -> datetime:
        """Return the world's time."""
        return _real_now() + self.skipped

    def request(self, specification: Specification, issuer_id: str | None = None) -> Export:
        """Request an export of the organization, or of one issuer. All exports are requested in the same second."""
        organization = find_organization(ORGANIZATION)
        assert organization is not None
        if issuer_id is None:
            scope = Scope("organization", ORGANIZATION, "Faulty", organization, "admin")
        else:
            scope = Scope("issuer", issuer_id, f"Issuer {issuer_id}", organization, "admin")
        self.skipped = self._began_at - _real_now()
        return request_export(specification, scope, Caller("ada@example.org"))

    # ------------------------------------------------------------- running cases

    def play(
        self, trouble: Trouble, seed: int, issuer_id: str | None = None, specification: Specification = AWARDS
    ) -> Ending:
        """Request an export, run workers with faults, and continue until no work is left."""
        choices = random.Random(seed)
        self.set_rules([])
        export = self.request(specification, issuer_id)
        self.set_rules(trouble.rules)
        queue, received = [], dict[str, int]()
        workers = killed = raised = 0
        for _ in range(400):
            queue += self._receive()
            if not queue:
                self.set_rules([])
                now = lifecycle.find_export(export.id)
                assert now is not None
                if now.status not in lifecycle.ACTIVE and self._is_settled(now):
                    break
                self.skipped += QUIET_STEP
                self._fork(sweeper.sweep, None, None)
                self.set_rules(trouble.rules)
                continue
            message = queue.pop(choices.randrange(len(queue)) if trouble.shuffle else 0)
            times = received[message["MessageId"]] = received.get(message["MessageId"], 0) + 1
            event = _event(message, times)
            copies = 2 if trouble.deliver_twice and choices.random() < 0.5 else 1
            running = []
            for _ in range(copies):
                context = _Context(self, trouble.calls_until_time_is_up)
                handler = _call(event, context)
                running.append(self.begin(handler, trouble, trouble.kill_before_call.get(workers)))
                workers += 1
            outcomes = [wait(pid) for pid in running]
            killed += outcomes.count("killed")
            raised += outcomes.count("raised")
            if any(outcome == "done" for outcome in outcomes):
                aws.sqs().delete_message(QueueUrl=config().exports_queue_url, ReceiptHandle=message["ReceiptHandle"])
            elif times < 5:
                queue.append(message)
        return self._ending(export.id, workers, killed, raised)

    def _is_settled(self, export: Export) -> bool:
        """Return whether the sweeper has nothing to do until the export's file expires."""
        soon = self.now() + timedelta(days=1)
        return export.due is None or (export.status == "succeeded" and export.due_at > clock.sortable(soon))

    def _ending(self, export_id: str, workers: int, killed: int, raised: int) -> Ending:
        export = lifecycle.find_export(export_id)
        assert export is not None
        bucket, prefix = config().exports_bucket, upload.files_prefix(export)
        objects = [item["Key"] for item in aws.s3().list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]
        uploads = aws.s3().list_multipart_uploads(Bucket=bucket, Prefix=prefix).get("Uploads", [])
        content = upload.get_bytes(export.object_key) if export.object_key else None
        return Ending(
            export=export,
            content=content,
            workers=workers,
            killed=killed,
            raised=raised,
            left_objects=[key for key in objects if key != export.object_key],
            left_uploads=len(uploads),
            active=int(ActiveExports.get(*ActiveExports.key(ORGANIZATION)).active),
        )

    def _receive(self) -> list[Any]:
        answer = aws.sqs().receive_message(
            QueueUrl=config().exports_queue_url, MaxNumberOfMessages=10, VisibilityTimeout=900, WaitTimeSeconds=0
        )
        return list(answer.get("Messages", []))

    def set_rules(self, rules: list[dict[str, Any]]) -> None:
        """Set the rules for the calls that the proxy makes fail."""
        request = urllib.request.Request(  # noqa: S310 - the proxy that the session started
            f"{self.proxy_url}/_microburst/rules",
            data=json.dumps(rules).encode(),
            method="POST",
            headers={"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310

    # ------------------------------------------------------------- workers

    def begin(self, work: Callable[[], Any], trouble: Trouble | None, kill_before_call: int | None) -> int:
        """Run work in a separate process whose calls go through the proxy, and return the process ID."""
        pid = os.fork()
        if pid:
            return pid
        try:
            with Path(os.devnull).open("w") as nothing, contextlib.redirect_stdout(nothing):
                self._go_through_proxy(kill_before_call)
                if trouble is not None and trouble.split:
                    lower_limits(pytest.MonkeyPatch(), split_after_seconds=0.0, split_ways=4)
                work()
            os._exit(0)
        except BaseException:
            if os.environ.get("SHOW_FAULTS"):
                import traceback

                traceback.print_exc()
            os._exit(1)

    def _fork(self, work: Callable[[], Any], trouble: Trouble | None, kill_before_call: int | None) -> str:
        return wait(self.begin(work, trouble, kill_before_call))

    def _go_through_proxy(self, kill_before_call: int | None) -> None:
        for client in self._clients:
            session: Any = client._endpoint.http_session
            session._timeout = Timeout(connect=1.0, read=0.8)
            session._manager.clear()
            session._manager.connection_pool_kw["timeout"] = session._timeout

            def reroute(request: Any, **_: Any) -> None:
                self.calls += 1
                if kill_before_call is not None and self.calls == kill_before_call:
                    os.kill(os.getpid(), signal.SIGKILL)
                request.url = request.url.replace(self.endpoint_url, self.proxy_url)

            client.meta.events.register_first("before-send", reroute)
        raw_queries._idle.clear()  # the parent also uses these connections
        lower_limits(pytest.MonkeyPatch(), connect_seconds=1.0, read_seconds=0.8)


@dataclass
class _Context:
    """A Lambda context that runs out of time after a number of calls."""

    world: World
    calls_until_time_is_up: int | None
    function_name: str = "export-worker"
    memory_limit_in_mb: int = 1769
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:export-worker"
    aws_request_id: str = "fault"

    def get_remaining_time_in_millis(self) -> int:
        limit = self.calls_until_time_is_up
        return 100 if limit is not None and self.world.calls >= limit else 900_000


def _call(event: dict[str, Any], context: _Context) -> Callable[[], Any]:
    lambda_context: Any = context

    def work() -> None:
        if failed := export_worker.handler(event, lambda_context)["batchItemFailures"]:
            raise RuntimeError(f"the worker returned {failed}")

    return work


def _event(message: dict[str, Any], times: int) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": {"ApproximateReceiveCount": str(times)},
                "eventSource": "aws:sqs",
            }
        ]
    }


def wait(pid: int) -> str:
    """Wait for a process, and return "done", "raised", or "killed"."""
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return "killed"
    return "done" if os.WEXITSTATUS(status) == 0 else "raised"


@contextlib.contextmanager
def small_pages(world: World) -> Iterator[None]:
    """Use small pages and parts, quick retries, and the world's clock, so that little data covers every situation."""
    from botocore.retries import standard

    patch = pytest.MonkeyPatch()
    limit_query_pages(ITEMS_A_PAGE, patch)
    lower_limits(patch, part_bytes=LEAST_PART, heartbeat_seconds=0.0)
    patch.setattr(clock, "now", world.now)
    patch.setattr(standard.ExponentialBackoff, "delay_amount", lambda *_, **__: 0.001)
    yield
    patch.undo()


@contextlib.contextmanager
def fault_proxy(upstream: str, port: int, log: Path) -> Iterator[str]:
    """Run microburst as a proxy of the local AWS, and yield its URL."""
    code = "import random; random.seed(2026); from microburst.cli import main; main()"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", code, "--upstream", upstream, "--port", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"]},
        )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/_microburst/health", timeout=1).close()  # noqa: S310
                break
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)
