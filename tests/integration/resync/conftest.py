"""Re-syncs with small pages."""

import pytest

from badgedata.resync import worker


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Process three awards per page, so that a few awards require many messages."""
    monkeypatch.setattr(worker, "MAX_PAGE_AWARDS", 3)
