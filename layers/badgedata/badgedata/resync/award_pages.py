"""A badge class's awards, counted and read page by page through the index by badge class."""

from typing import Final

from badgedata import aws
from badgedata.config import config
from badgedata.records.awards import Award

PAGE: Final = 90
"""Awards a page. All of a page may fail, and then each is one of the 100 writes that a transaction takes."""


def count_page(badge_class_id: str, after: str) -> tuple[int, str | None]:
    """Count the awards behind the sort key `after`, as many as one request does (1 MB of them).

    Returns
    -------
    tuple of int and (str or None)
        How many, and the sort key to go on behind, None at the end.
    """
    answer = aws.dynamodb().query(
        TableName=config().awards_table,
        IndexName="by-badge-class",
        Select="COUNT",
        KeyConditionExpression="badgeClassId = :badge_class" + (" AND issuedOnAwardId > :after" if after else ""),
        ExpressionAttributeValues={":badge_class": {"S": badge_class_id}} | ({":after": {"S": after}} if after else {}),
    )
    last = answer.get("LastEvaluatedKey")
    return answer["Count"], last["issuedOnAwardId"]["S"] if last else None


def read_page(badge_class_id: str, after: str) -> list[Award]:
    """Read the next page of awards behind the sort key `after`, in the order of their dates."""
    behind = Award.issued_on_award_id > after if after else None
    return list(Award.by_badge_class.query(badge_class_id, behind, limit=PAGE, page_size=PAGE))
