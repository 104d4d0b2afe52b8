"""One export by one of the ways, measured: the process that is measured runs this and prints what it took as JSON."""

import argparse
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import msgspec

from badgedata import clock
from badgedata.exports.specification import AwardsExport
from tests.benchmarks.deployment import ISSUER_IDS, ORGANIZATION_ID, WARM_UP_ISSUER_ID
from tests.benchmarks.outcome import Measured, Outcome
from tests.benchmarks.peers import floor, ours
from tests.benchmarks.peers.peer_file import write_csv

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""The moment of all exports, so that the same awards have expired in all files."""

type Job = Callable[[bool], Outcome]
"""Makes an export; of a few awards, when it is told to warm up."""


def awards_csv(way: str) -> Job:
    """Give the award CSV of an issuer, by one of the ways."""

    def job(warm_up: bool) -> Outcome:
        issuer_id = WARM_UP_ISSUER_ID if warm_up else ISSUER_IDS[0]
        if way == "ours":
            return ours.export("issuer", issuer_id, AwardsExport(kind="awards"), AT)
        if way == "floor":
            return floor.receive("issuerId", issuer_id)
        return write_csv(f"{way}.csv", import_module(f"tests.benchmarks.peers.{way}").rows(issuer_id, clock.rfc3339(AT)))

    return job


def organization_awards_csv(way: str) -> Job:
    """Give the award CSV of the organization of ten issuers; ours alone."""

    def job(warm_up: bool) -> Outcome:
        if warm_up:
            return awards_csv(way)(warm_up)
        return ours.export("organization", ORGANIZATION_ID, AwardsExport(kind="awards"), AT)

    return job


JOBS = {"awards_csv": awards_csv, "organization_awards_csv": organization_awards_csv}


def measure(job: Job) -> Measured:
    """Make the export once, small, for what a process makes at a first use; then the whole, and say what it took."""
    job(True)
    cpu, wall = time.process_time(), time.perf_counter()
    outcome = job(False)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Measured(*outcome, cpu_s=cpu, wall_s=wall, peak_rss_mb=_peak_rss() / 1e6)


def _peak_rss() -> int:
    """Give the most memory that this process had, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not `getrusage`: on Linux that begins with the parent's, from before the start of this program.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    """Measure what the arguments say."""
    arguments = argparse.ArgumentParser(prog="tests.benchmarks.measured")
    arguments.add_argument("job", choices=JOBS)
    arguments.add_argument("way")
    asked = arguments.parse_args()
    print(msgspec.json.encode(measure(JOBS[asked.job](asked.way))).decode())


if __name__ == "__main__":
    main()
