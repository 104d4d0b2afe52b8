"""Measure how many awards per second one image re-sync worker bakes, and whether its memory use grows.

    python -m tests.benchmarks.resync --awards 100000

The real worker processes one message after another. AWS is a small server in its own process that responds with the
typical latency of S3 and DynamoDB.
"""

import argparse
import base64
import json
import multiprocessing
import os
import resource
import sys
import time
from multiprocessing.connection import Connection
from typing import Any

from local.places import REPOSITORY
from local.sample.images import Look, data_uri
from tests.benchmarks.keep_alive_server import Answer, Request, listen
from tests.benchmarks.local_aws import environment

BADGE_CLASS, ISSUER = "robotics", "welding"
PICTURE = base64.b64decode(data_uri(Look("hexagon", "rocket", "#306", "#639")).partition(",")[2])
S3_SECONDS, DYNAMODB_SECONDS = 0.025, 0.005


def main() -> None:
    """Run the measurement, and print a line for each tenth of the awards."""
    arguments = argparse.ArgumentParser(prog="python -m tests.benchmarks.resync")
    arguments.add_argument("--awards", type=int, default=20_000)
    arguments.add_argument(
        "--instant", action="store_true", help="AWS responds immediately, to measure only the worker"
    )
    asked = arguments.parse_args()
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=_serve, args=(theirs, asked.instant), daemon=True)
    server.start()
    _set_environment()
    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ours.recv()}",
        "IMAGE_RESYNC_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/image-resync",
        "AWS_CONFIG_FILE": os.devnull,
    }
    _measure(asked.awards)
    server.terminate()


def _set_environment() -> None:
    os.environ |= environment()
    sys.path.insert(0, str(REPOSITORY / "layers" / "badgedata"))


def _measure(awards: int) -> None:
    from badgedata.resync import worker
    from badgedata.resync.messages import ResyncMessage
    from badgedata.resync.worker import MAX_PAGE_AWARDS

    message = ResyncMessage(BADGE_CLASS, 2)
    worker.run(message, lambda: 60.0)  # warm up: open connections and import modules
    pages = awards // MAX_PAGE_AWARDS
    started, cpu = time.perf_counter(), time.process_time()
    for page in range(1, pages + 1):
        outcome = worker.run(message, lambda: 60.0)
        assert outcome == worker.Outcome("page-done", MAX_PAGE_AWARDS, 0), outcome
        if page % max(1, pages // 10) == 0:
            seconds, busy, done = time.perf_counter() - started, time.process_time() - cpu, page * MAX_PAGE_AWARDS
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            rate = f"{done / seconds:5.0f} per second, {busy / done * 1000:.2f} ms CPU each"
            print(f"{done:8,} awards: {rate}, {peak:.0f} MiB", flush=True)


def _serve(port: Connection, instant: bool) -> None:
    _set_environment()
    items = _items()

    def answer(request: Request) -> Answer:
        target = request.headers.get("x-amz-target", "")
        if not instant:
            time.sleep(DYNAMODB_SECONDS if target else S3_SECONDS)
        if not target:
            return Answer(200, {"ETag": '"x"'}, PICTURE if request.method == "GET" else b"")
        operation, asked = target.rpartition(".")[2], json.loads(request.body)
        return Answer(200, {"Content-Type": "application/x-amz-json-1.0"}, _answer(items, operation, asked))

    port.send(listen(answer))
    time.sleep(86_400)


def _answer(items: dict[str, Any], operation: str, asked: dict[str, Any]) -> bytes:
    match operation:
        case "GetItem":
            return json.dumps({"Item": items[asked["TableName"]]}).encode()
        case "Query":
            return bytes(items["page"])
        case "SendMessage":
            return b'{"MessageId": "x"}'
        case "UpdateItem":
            return b'{"Attributes": {}}'
        case _:
            return b"{}"


def _items() -> dict[str, Any]:
    """Return records that never change, so that each message processes the same full page."""
    from badgedata import clock
    from badgedata.records.awards import Award, sort_key
    from badgedata.records.directory import BadgeClass
    from badgedata.resync import start
    from badgedata.resync.worker import MAX_PAGE_AWARDS

    image = f"s3:images/{'0' * 64}.png"
    badge_class = BadgeClass(
        *BadgeClass.key(BADGE_CLASS), entity_id=BADGE_CLASS, issuer_id=ISSUER, name="Robotics", image=image, version=2
    )
    badge_class.parent = BadgeClass.parent_key(ISSUER)
    resync = start.new_resync(badge_class, "organization", 2, "replacement", clock.now())
    resync.is_counted, resync.counted = True, 10**9
    awards = []
    for number in range(MAX_PAGE_AWARDS):
        issued_on, award_id = clock.parse_rfc3339("2026-01-01T09:00:00Z"), f"award-{number:05}"
        award = Award(ISSUER, sort_key(issued_on, award_id), award_id=award_id, badge_class_id=BADGE_CLASS)
        award.issued_on, award.recipient_type = clock.rfc3339(issued_on), "email"
        award.recipient_identity, award.narrative = f"learner.{number}@example.org", "Built one that walks. " * 10
        awards.append(award.to_dynamodb_dict())
    page = json.dumps({"Items": awards, "Count": MAX_PAGE_AWARDS, "ScannedCount": MAX_PAGE_AWARDS}).encode()
    return {"directory": badge_class.to_dynamodb_dict(), "operations": resync.to_dynamodb_dict(), "page": page}


if __name__ == "__main__":
    main()
