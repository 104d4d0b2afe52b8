"""Trail steps: check the entries in the trail and in its export."""

import csv
import io
from urllib.parse import quote

from operations.smoke.client import location_of
from operations.smoke.error import SmokeTestError
from operations.smoke.exports import count_csv_rows, download, follow
from operations.smoke.run import Run
from operations.steps import step


def read_trail(run: Run, recorded: set[tuple[str, str]]) -> None:
    """Check that the trail contains each (action, target) pair in `recorded`."""
    actions = "&".join(sorted(f"action={action}" for action, _ in recorded))
    path = f"/organizations/{run.tenant.names.organization}/trail?actor={quote(run.tenant.admin)}&{actions}&limit=100"

    def read() -> set[tuple[str, str]]:
        return {(entry["action"], entry["target"]["id"]) for entry in run.admin.call("GET", path).json()["items"]}

    with step("trail entries for the token and the export") as details:
        found = run.wait_for(read, recorded.issubset)
        _require(run, recorded, found, "the trail")
        details.append(f"{len(found):,} entries")


def export_trail(run: Run, recorded: set[tuple[str, str]]) -> None:
    """Export the trail. Check that the file contains each (action, target) pair in `recorded`."""
    with step("trail, CSV") as details:
        path = f"/organizations/{run.tenant.names.organization}/exports"
        requested = run.admin.call("POST", path, {"kind": "trail"}, expect=202)
        export = follow(run, location_of(requested))
        file = download(run, export, export["file"]["rows"], count_csv_rows)
        rows = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline=""))
        _require(
            run, recorded, {(row["Action"], row["Target ID"]) for row in rows}, f"the file of export {export['id']}"
        )
        details.append(str(file))


def _require(run: Run, recorded: set[tuple[str, str]], found: set[tuple[str, str]], where: str) -> None:
    if missing := recorded - found:
        raise SmokeTestError(
            expected=f"{where} to contain entries for {_listed(recorded)}",
            found=f"no entry for {_listed(missing)}",
            check=f"{run.deployed.logs('api')}, the trail table, and the TrailRetentionDays parameter",
        )


def _listed(entries: set[tuple[str, str]]) -> str:
    return ", ".join(f"{action} of {target}" for action, target in sorted(entries))
