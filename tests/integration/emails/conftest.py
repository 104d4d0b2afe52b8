"""Three in-memory organizations, in a deployment that sends email."""

from collections.abc import Iterator

import pytest

from badgedata.config import config
from tests.integration.api.conftest import organizations
from tests.integration.emails.mailbox import SENDER, Ses

__all__ = ["organizations"]


@pytest.fixture
def with_email(organizations: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ses]:
    """Set the sender, whose address SES has verified."""
    monkeypatch.setenv("NOTIFICATION_SENDER", SENDER)
    config.cache_clear()
    with Ses() as ses:
        yield ses
    monkeypatch.undo()
    config.cache_clear()
