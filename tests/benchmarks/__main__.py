"""`make bench`: compare the export engine with its peers on this machine. Print a table, and write `.local/bench.json`.

Each engine runs in its own process and exports the same recorded awards to the same sink. The engines take turns. For
each engine, the round with the lowest processor time counts. The files are compared, because an engine that omits data
isn't comparable.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from local.places import LOCAL, REPOSITORY
from tests.benchmarks.cold_start import import_milliseconds
from tests.benchmarks.local_aws import local_aws
from tests.benchmarks.outcome import Measured

ROWS = 200_000
FEW_ROWS, ISSUERS = 100_000, 10
"""Memory use is compared between the export of one issuer and the export of an organization with ten such issuers."""

WAYS = ("ours", "pynamodb", "boto3_resource", "boto3_client", "pydynox", "floor")
WORKBOOK_WAYS = ("ours", "xlsxwriter", "openpyxl")
TITLES = {
    "awards_csv": "Award CSV of an issuer",
    "awards_xlsx": "Award workbook of an issuer",
    "assertions_json": "Badge class document with assertions",
    "assertions_zip": "Badge class document, zipped",
}
type Figures = dict[str, float]


class DifferentFileError(Exception):
    """Two engines wrote different files for the same awards."""


def compare(job: str, rounds: int, environment: dict[str, str]) -> dict[str, Measured]:
    """Run a job with each engine, and return the best measurement of each."""
    best: dict[str, Measured] = {}
    for _ in range(rounds):
        for way in WORKBOOK_WAYS if job == "awards_xlsx" else WAYS:
            measured = measure(job, way, environment)
            if way not in best or measured.cpu_s < best[way].cpu_s:
                best[way] = measured
    if job not in ("assertions_zip", "awards_xlsx"):  # compressed bytes differ between libraries
        files = {way: measured.sha256 for way, measured in best.items() if way != "floor"}
        if len(set(files.values())) > 1:
            raise DifferentFileError(f"{job}: the engines wrote different files: {files}")
    return best


def measure(job: str, way: str, environment: dict[str, str]) -> Measured:
    """Run one job with one engine in a new process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.measured", job, way],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=Measured)


def most_memory(job: str) -> float:
    """Return the highest peak memory, in MB, of three runs of this product's export."""
    with local_aws(FEW_ROWS, FEW_ROWS) as environment:
        return max(measure(job, "ours", environment).peak_rss_mb for _ in range(3))


def figures_of(measured: Measured) -> Figures:
    """Return an engine's figures as stored in the file."""
    return {
        "rows_per_cpu_s": round(measured.rows / measured.cpu_s),
        "rows_per_wall_s": round(measured.rows / measured.wall_s),
        "peak_rss_mb": round(measured.peak_rss_mb, 1),
        "bytes": measured.bytes,
    }


def table(title: str, ways: dict[str, Figures]) -> Iterator[str]:
    """Yield the lines of a job's results table.

    The last column is the engine's processor time relative to this product's.
    """
    yield f"\n{title:<38}   rows/CPU second     rows/second   peak MB    ours is faster"
    ours = ways["ours"]["rows_per_cpu_s"]
    for way, figures in ways.items():
        yield (
            f"  {way:<36} {figures['rows_per_cpu_s']:>17,} {figures['rows_per_wall_s']:>15,}"
            f" {figures['peak_rss_mb']:>9,.0f} {ours / figures['rows_per_cpu_s']:>15.1f} ×"
        )


def main() -> None:
    """Measure everything, print the table, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--rows", type=int, default=ROWS, help="awards per job (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds per job and engine (%(default)s)")
    parser.add_argument("--out", type=Path, default=LOCAL / "bench.json", help="(%(default)s)")
    asked = parser.parse_args()
    print(f"Recording pages of {asked.rows:,} awards if needed, then running each engine {asked.rounds} times…")
    report: dict[str, dict[str, Figures] | Figures] = {}
    with local_aws(asked.rows, asked.rows) as environment:
        for job, title in TITLES.items():
            ways = {way: figures_of(best) for way, best in compare(job, asked.rounds, environment).items()}
            report[job] = ways
            print("\n".join(table(title, ways)), flush=True)
    for kind in ("csv", "xlsx"):
        few, many = (most_memory(job) for job in (f"awards_{kind}", f"organization_awards_{kind}"))
        name = "memory" if kind == "csv" else f"memory_{kind}"
        report[name] = {"rows_100k_mb": round(few, 1), "rows_1m_mb": round(many, 1)}
        print(
            f"\nPeak memory, {kind.upper()}: {FEW_ROWS:,} rows {few:.0f} MB, {FEW_ROWS * ISSUERS:,} rows {many:.0f} MB"
        )
    report["init"] = {f"{name}_ms": round(took, 1) for name, took in import_milliseconds().items()}
    print("Cold start, imports: " + ", ".join(f"{name} {took:,} ms" for name, took in report["init"].items()))
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(report, indent=2) + "\n")
    print(f"\nAll figures: {asked.out}")


if __name__ == "__main__":
    main()
