"""The award counts step: wait until all loaded awards have been counted."""

from badgedata.text import counted
from operations.smoke.error import SmokeTestError
from operations.smoke.exports import ALL_AWARDS
from operations.smoke.run import Run
from operations.steps import step


def await_counts(run: Run) -> None:
    """Wait until all loaded awards have been counted, in total and by month."""
    path = f"/organizations/{run.tenant.names.organization}/award-counts?by=month&timeZone=Asia/Tokyo"
    with step("award counts") as details:
        counts = run.wait_for(
            lambda: run.admin.call("GET", path).json(),
            lambda counts: counts["total"] == ALL_AWARDS,
            "award counts",
        )
        if counts["total"] != ALL_AWARDS:
            raise SmokeTestError(
                expected=f"{ALL_AWARDS:,} awards to be counted within {run.patience:g} s",
                found=f"{counts['total']:,}",
                check=f"{run.deployed.logs('award-counts')}; the state of the function's event source mapping",
            )
        details.append(f"{counts['total']:,} awards in {counted(len(counts['items']), 'month')}")
