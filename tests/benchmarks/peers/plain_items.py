"""Awards as plain dicts of Python values, which is what boto3's resource and pydynox give."""

from typing import Any

from tests.benchmarks.peers.award_cells import AwardCells


def row(cells: AwardCells, award: dict[str, Any]) -> list[str]:
    """Give an award's row of the award CSV."""
    evidence = award.get("evidence", ())
    return cells.row(
        award["awardId"],
        award["badgeClassId"],
        award["recipientType"],
        award["recipientIdentity"],
        award.get("recipientName"),
        award["issuedOn"],
        award.get("expires"),
        award.get("revoked"),
        award.get("revocationReason"),
        award.get("narrative"),
        [item["id"] for item in evidence if "id" in item],
        [item["narrative"] for item in evidence if "narrative" in item],
    )
