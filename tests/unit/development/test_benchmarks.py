"""Statements about `make bench`: it measures complete exports by this product and by other libraries."""

from collections.abc import Iterator

import pytest

from tests.benchmarks.__main__ import TITLES, compare
from tests.benchmarks.local_aws import local_aws

AWARDS = 2_000

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a measured process, whose tables contain few awards."""
    with local_aws(AWARDS, AWARDS, tmp_path_factory.mktemp("recordings")) as variables:
        yield variables


@pytest.mark.parametrize("job", TITLES)
def test_every_engine_exports_all_awards(job: str, environment: dict[str, str]) -> None:
    rows = {way: measured.rows for way, measured in compare(job, 1, environment).items()}
    assert set(rows.values()) <= {AWARDS, AWARDS + 1}, "this product counts the badge class, too"
    assert len(rows) > 1
