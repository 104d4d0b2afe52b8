"""In-memory deployments: one with the Welding School, and one with many awards in small pages."""

import pytest

from badgedata.counts.recount import recount_issuer
from tests.integration.exports.small_pages import set_up_small_pages
from tests.integration.exports.welding_school import load_school


@pytest.fixture
def school(tables: None) -> None:
    load_school()


@pytest.fixture
def small_pages(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_small_pages(monkeypatch)


@pytest.fixture
def counted(school: None) -> None:
    """Count the school's awards as the table's stream does."""
    for _ in recount_issuer("WELD"):
        pass
