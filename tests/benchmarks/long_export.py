"""The time and cost of a very large export: measured on recorded pages, then simulated.

    python -m tests.benchmarks.long_export [--awards 100000000] [--issuers 1] [--concurrency 20] [--page-seconds 0.08]

Recorded pages go through the export's own decoding and encoding, to measure the speed of a worker's single vCPU. The
rest is simulated in one-second steps with the worker's own constants: which worker writes which segment, when segments
split, and the throughput of DynamoDB partitions. docs/costs.md shows the figures.
"""

import argparse
import math
import os
import time
from collections import Counter, deque
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from operations.deployment import make_domain_importable

make_domain_importable()
os.environ.setdefault("PUBLIC_BASE_URL", "https://badges.example.org")
for _name in ("DIRECTORY_TABLE", "AWARDS_TABLE", "OPERATIONS_TABLE", "TRAIL_TABLE", "EXPORTS_BUCKET", "IMAGES_BUCKET"):
    os.environ.setdefault(_name, "measured")
os.environ.setdefault("EXPORTS_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/123456789012/measured")
os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")

from badgedata.exports import award_csv, award_queries  # noqa: E402 - the settings must be set first
from badgedata.exports.award_columns import AwardTexts  # noqa: E402
from badgedata.exports.upload import MIN_PART_BYTES  # noqa: E402
from badgedata.exports.worker import (  # noqa: E402
    MAX_SEGMENTS,
    SPLIT_AFTER_SECONDS,
    SPLIT_WAYS,
)
from badgedata.records.directory import BadgeClass, Issuer  # noqa: E402
from badgedata.text import counted  # noqa: E402
from tests.benchmarks.recorded_pages import ISSUER_ID, badge_class_id, issuer_pages  # noqa: E402

PAGE_BYTES = 1024 * 1024
READ_UNIT_BYTES = 8192
"""The read units for an eventually consistent read of one page."""

PARTITION_READ_UNITS = 3000
"""The maximum read units per second of a partition (DynamoDB Developer Guide, "Designing partition keys")."""

TABLE_READ_UNITS = 40_000
"""The default limit of read units per second of a table (Service Quotas, "Table-level read throughput")."""

PARTITION_BYTES = 10 * 1000**3
"""The size of a partition. A larger item collection spans several partitions, in key order."""

FUNCTION_SECONDS = 900.0
HASH_BYTES_A_SECOND = 70e6
"""The S3 read throughput of one function on one connection: the last step reads the entire file for its SHA-256."""

COPY_BYTES_A_SECOND = 8 * 100e6
GIGABYTES = 1769 / 1024

PRICES = {
    "read request units, per million": 0.125,
    "Lambda, per GB-second": 0.0000166667,
    "Lambda requests, per million": 0.20,
    "S3 writes and copies, per thousand": 0.005,
    "S3 storage, per GB-month": 0.023,
}
"""US dollars, us-east-1, on demand, without free tiers (public price lists, 2026)."""


@dataclass(frozen=True)
class Measured:
    """Measurements on the recorded pages."""

    rows_a_page: float
    bytes_a_row: float
    """The size of an award in the exported file."""

    page_seconds: float
    """Processor time of one core to decode and encode a page."""


@dataclass
class Segment:
    """A simulated segment, in rows, with the times when its worker splits it or hands it off."""

    position: float
    end: float
    split_at: float = 0.0
    hand_on_at: float = 0.0


@dataclass
class Run:
    """The result of one simulation."""

    reading_seconds: float = 0.0
    finishing_seconds: float = 0.0
    invocations: int = 0
    function_seconds: float = 0.0
    segments: int = 1


def measure(pages_file_folder: Path, seconds: float = 3.0) -> Measured:
    """Run recorded pages through the export's own decoding and encoding for the given number of seconds."""
    pages = [page for page in issuer_pages(100_000, pages_file_folder) if page.rows > 100]
    issuer = Issuer("i", "i", entity_id=ISSUER_ID, name="The issuer")
    badge_classes = {
        badge_class_id(n): BadgeClass("b", "b", entity_id=badge_class_id(n), name="A badge") for n in range(20)
    }
    texts = AwardTexts(issuer, badge_classes, "2026-01-01T00:00:00Z", ZoneInfo("UTC"))
    encode = award_csv.DefaultEncoder(texts)
    rows = size = done = 0
    began = time.process_time()
    while time.process_time() - began < seconds:
        body = pages[done % len(pages)].body
        items = award_queries.decode(body, award_queries.rows_decoder).items
        size += len(encode(items))
        rows += len(items)
        done += 1
    return Measured(rows / done, size / rows, (time.process_time() - began) / done)


def simulate(awards: int, issuers: int, concurrency: int, query_seconds: float, measured: Measured) -> Run:
    """Simulate an export, one second at a time.

    Parameters
    ----------
    query_seconds
        The time DynamoDB takes to return a page of 1 MB. The next page is fetched while the current one is encoded.
    """
    partitions = issuers * max(1, math.ceil(stored_bytes(awards, measured) / issuers / PARTITION_BYTES))
    pages_of_a_worker = 1 / max(query_seconds, measured.page_seconds)
    pages_of_a_partition = PARTITION_READ_UNITS * READ_UNIT_BYTES / PAGE_BYTES
    pages_of_the_table = TABLE_READ_UNITS * READ_UNIT_BYTES / PAGE_BYTES
    waiting, at_work = deque([Segment(0, awards)]), list[Segment]()
    run, now = Run(), 0.0
    while waiting or at_work:
        while waiting and len(at_work) < concurrency:
            segment = waiting.popleft()
            segment.split_at, segment.hand_on_at = now + SPLIT_AFTER_SECONDS, now + FUNCTION_SECONDS
            at_work.append(segment)
            run.invocations += 1
        now += 1.0
        run.function_seconds += len(at_work)
        readers = Counter(int(segment.position / awards * partitions) for segment in at_work)
        the_tables_share = pages_of_the_table / len(at_work)
        for segment in list(at_work):
            share = pages_of_a_partition / readers[int(segment.position / awards * partitions)]
            segment.position += min(pages_of_a_worker, share, the_tables_share) * measured.rows_a_page
            if segment.position >= segment.end:
                at_work.remove(segment)
            elif now >= segment.hand_on_at:
                at_work.remove(segment)
                waiting.append(segment)
            elif now >= segment.split_at:
                segment.split_at = now + SPLIT_AFTER_SECONDS
                if run.segments + SPLIT_WAYS <= MAX_SEGMENTS:
                    waiting.extend(_split(segment))
                    run.segments += SPLIT_WAYS - 1
    run.reading_seconds = now
    if run.segments > 1:
        size = awards * measured.bytes_a_row
        run.finishing_seconds = size / COPY_BYTES_A_SECOND + size / HASH_BYTES_A_SECOND
        run.function_seconds += run.finishing_seconds
        run.invocations += 1
    return run


def stored_bytes(awards: int, measured: Measured) -> float:
    """Return the size of the awards in the table."""
    return awards / measured.rows_a_page * PAGE_BYTES


def _split(segment: Segment) -> list[Segment]:
    step = (segment.end - segment.position) / SPLIT_WAYS
    cuts = [segment.position + step * share for share in range(1, SPLIT_WAYS + 1)]
    segment.end = cuts[0]
    return [Segment(start, end) for start, end in pairwise(cuts)]


def cost(awards: int, run: Run, measured: Measured) -> dict[str, float]:
    """Return the cost of each component, in US dollars."""
    size = awards * measured.bytes_a_row
    return {
        "DynamoDB reads": stored_bytes(awards, measured)
        / READ_UNIT_BYTES
        / 1e6
        * PRICES["read request units, per million"],
        "Lambda": run.function_seconds * GIGABYTES * PRICES["Lambda, per GB-second"]
        + run.invocations / 1e6 * PRICES["Lambda requests, per million"],
        "S3 writes and copies": (size / MIN_PART_BYTES + size / (256 * 1024**2))
        / 1e3
        * PRICES["S3 writes and copies, per thousand"],
        "S3 storage for a week": size / 1e9 * PRICES["S3 storage, per GB-month"] * 7 / 30,
    }


def main() -> None:
    """Measure, simulate, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.long_export")
    parser.add_argument("--awards", type=int, default=100_000_000)
    parser.add_argument("--issuers", type=int, default=1)
    parser.add_argument("--concurrency", type=int, nargs="*", default=[1, 4, 20, 100])
    parser.add_argument(
        "--page-seconds", type=float, default=0.08, help="DynamoDB's response time for 1 MB (%(default)s)"
    )
    parser.add_argument("--pages", type=Path, default=Path(".local/bench"), help="where pages are recorded")
    options = parser.parse_args()
    measured = measure(options.pages)
    rate, milliseconds = measured.rows_a_page / measured.page_seconds, measured.page_seconds * 1000
    print(f"Measured: {measured.rows_a_page:,.0f} awards per page of 1 MB, {measured.bytes_a_row:,.0f} bytes per row,")
    print(f"{milliseconds:.1f} ms per page on one core ({rate:,.0f} rows per second)")
    stored, size = stored_bytes(options.awards, measured), options.awards * measured.bytes_a_row
    print(f"{options.awards:,} awards of {counted(options.issuers, 'issuer')}: {stored / 1e9:,.1f} GB in the table,")
    print(f"{size / 1e9:,.1f} GB of CSV, {stored / READ_UNIT_BYTES / 1e6:,.2f} million read units")
    for concurrency in options.concurrency:
        run = simulate(options.awards, options.issuers, concurrency, options.page_seconds, measured)
        money = cost(options.awards, run, measured)
        print(
            f"  {counted(concurrency, 'worker')}: {run.reading_seconds / 60:.1f} min reading, "
            f"{run.finishing_seconds / 60:.1f} min assembling and hashing, "
            f"{counted(run.segments, 'segment')}, {counted(run.invocations, 'invocation')}, "
            f"{run.function_seconds / 3600:.1f} function-hours, ${sum(money.values()):.2f}: "
            + ", ".join(f"{name} {dollars:.2f}" for name, dollars in money.items())
        )


if __name__ == "__main__":
    main()
