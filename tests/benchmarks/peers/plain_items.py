"""Awards as plain dicts of Python values, as the boto3 resource and pydynox return them."""

from typing import Any

from tests.benchmarks.peers.award_parts import AwardCells, assertion

type PlainItem = dict[str, Any]


def row_of(cells: AwardCells, award: PlainItem) -> list[str]:
    """Return an award as an award CSV row."""
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


def assertion_of(award: PlainItem) -> dict[str, Any]:
    """Return an award as an assertion."""
    return assertion(
        award["awardId"],
        award["badgeClassId"],
        award["recipientType"],
        award.get("recipientHashed"),
        award["recipientIdentity"],
        award.get("recipientSalt"),
        award.get("recipientName"),
        award["issuedOn"],
        award.get("expires"),
        award.get("narrative"),
        award.get("evidence"),
        award.get("image"),
        award.get("revoked"),
        award.get("revocationReason"),
    )
