"""PynamoDB: iterate over a Query of the model, and read its attributes."""

from collections.abc import Iterator

from badgedata.records.awards import Award
from tests.benchmarks.peers.award_cells import AwardCells


def rows(issuer_id: str, at: str) -> Iterator[list[str]]:
    """Give the rows of an issuer's award CSV."""
    cells = AwardCells(issuer_id, at)
    for award in Award.query(issuer_id, consistent_read=True):
        evidence = award.evidence or []
        yield cells.row(
            award.award_id,
            award.badge_class_id,
            award.recipient_type,
            award.recipient_identity,
            award.recipient_name,
            award.issued_on,
            award.expires,
            award.revoked,
            award.revocation_reason,
            award.narrative,
            [item["id"] for item in evidence if "id" in item],
            [item["narrative"] for item in evidence if "narrative" in item],
        )
