"""The product's clock, set by a test."""

from datetime import datetime

import pytest

from badgedata import clock


def set_time(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the product's clock at a point in time."""
    monkeypatch.setattr(clock, "now", lambda: moment)
