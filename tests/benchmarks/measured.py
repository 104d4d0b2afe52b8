"""One export with one engine: the measured process runs this module and prints its measurements as JSON."""

import argparse
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from badgedata import clock, documents
from badgedata.access import find_badge_class, find_issuer
from badgedata.exports.directory_lists import badge_class_part, issuer_part
from badgedata.exports.specification import AwardsExport, BadgeClassExport, options_of
from tests.benchmarks.deployment import ISSUER_IDS, ORGANIZATION_ID, WARM_UP_ISSUER_ID
from tests.benchmarks.outcome import Measured, Outcome
from tests.benchmarks.peers import floor, ours
from tests.benchmarks.peers.peer_file import write_csv, write_json
from tests.benchmarks.recorded_pages import badge_class_id

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""The request time for all exports, so that the same awards have expired in every file."""

type Job = Callable[[], Outcome]


def awards_csv(way: str, issuer_id: str = ISSUER_IDS[0]) -> Job:
    """Export the awards of an issuer as CSV."""
    if way == "ours":
        return ours.request("issuer", issuer_id, AwardsExport(kind="awards"), AT)
    if way == "floor":
        return partial(floor.receive, "issuerId", issuer_id)
    return lambda: write_csv(f"{way}.csv", _peer(way).rows(issuer_id, clock.rfc3339(AT)))


def awards_xlsx(way: str, issuer_id: str = ISSUER_IDS[0]) -> Job:
    """Export the awards of an issuer as a workbook."""
    if way == "ours":
        return ours.request("issuer", issuer_id, AwardsExport(kind="awards", format="xlsx"), AT)
    libraries = _peer("workbooks")
    write = libraries.write_by_xlsxwriter if way == "xlsxwriter" else libraries.write_by_openpyxl
    return lambda: write(_peer("boto3_resource").rows(issuer_id, clock.rfc3339(AT)))


def organization_awards_xlsx(way: str) -> Job:
    """Export the organization's awards as a workbook with several sheets. Only this product's engine can do this."""
    return ours.request("organization", ORGANIZATION_ID, AwardsExport(kind="awards", format="xlsx"), AT)


def organization_awards_csv(way: str) -> Job:
    """Export the organization's awards, ten times as many as the issuer's. Only this product's engine can do this."""
    return ours.request("organization", ORGANIZATION_ID, AwardsExport(kind="awards"), AT)


def assertions_json(way: str, compress: bool = False) -> Job:
    """Export a badge class with its assertions as JSON."""
    of = badge_class_id(0)
    specification = BadgeClassExport(kind="badge-class", include_assertions=True, compress=compress)
    if way == "ours":
        return ours.request("badge-class", of, specification, AT)
    if way == "floor":
        return partial(floor.receive, "badgeClassId", of, "by-badge-class")
    return lambda: write_json(f"{way}.json", _head(of, specification), _peer(way).assertions(of), compress)


def assertions_zip(way: str) -> Job:
    """Export a badge class with its assertions as JSON in a ZIP."""
    return assertions_json(way, compress=True)


JOBS: dict[str, Callable[[str], Job]] = {
    "awards_csv": awards_csv,
    "awards_xlsx": awards_xlsx,
    "organization_awards_xlsx": organization_awards_xlsx,
    "organization_awards_csv": organization_awards_csv,
    "assertions_json": assertions_json,
    "assertions_zip": assertions_zip,
}


def measure(job: Job) -> Measured:
    """Run one job, and return its measurements."""
    cpu, wall = time.process_time(), time.perf_counter()
    outcome = job()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Measured(*outcome, cpu_s=cpu, wall_s=wall, peak_rss_mb=_peak_rss() / 1e6)


def _peer(way: str) -> Any:
    # Imported only when measured: libraries that other peers import would add to the memory of each measurement.
    return import_module(f"tests.benchmarks.peers.{way}")


def _head(of: str, specification: BadgeClassExport) -> dict[str, Any]:
    badge_class = find_badge_class(of)
    assert badge_class is not None
    issuer = find_issuer(badge_class.issuer_id)
    assert issuer is not None
    head = documents.BadgeClassDocument(
        context=documents.OPEN_BADGES_CONTEXT,
        format="badge-data-management/badge-class",
        format_version=documents.FORMAT_VERSION,
        exported_at=clock.rfc3339(AT),
        options=options_of(specification),
        issuer=issuer_part(issuer, embed_images=False),
        badge_class=badge_class_part(badge_class, embed_images=False),
    )
    return dict(msgspec.to_builtins(head))


def _peak_rss() -> int:
    """Return the peak memory of this process, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not `getrusage`, which on Linux starts at the parent process's value from before this program started.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    """Measure the job that the arguments name."""
    arguments = argparse.ArgumentParser(prog="tests.benchmarks.measured")
    arguments.add_argument("job", choices=JOBS)
    arguments.add_argument("way")
    asked = arguments.parse_args()
    # Warm up: create the objects that a process creates on first use.
    (awards_xlsx if asked.job == "awards_xlsx" else awards_csv)(asked.way, WARM_UP_ISSUER_ID)()
    print(msgspec.json.encode(measure(JOBS[asked.job](asked.way))).decode())


if __name__ == "__main__":
    main()
