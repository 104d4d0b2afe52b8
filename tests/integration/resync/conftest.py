"""Re-syncs with small pages."""

import pytest

from tests.support.small_limits import lower_limits


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Process three awards per page, so that a few awards require many messages."""
    lower_limits(monkeypatch, resync_page_awards=3)
