"""Query pages with a few awards each, so that a small amount of data fills many pages."""

from typing import Any

import pytest

from badgedata.exports import award_queries
from badgedata.exports.raw_queries import SentQuery


def limit_query_pages(items: int, patch: pytest.MonkeyPatch) -> None:
    """Let DynamoDB return at most this many awards per Query, instead of up to 1 MB."""

    def asked(query: dict[str, Any]) -> SentQuery:
        return SentQuery({**query, "Limit": items})

    patch.setattr(award_queries, "SentQuery", asked)
