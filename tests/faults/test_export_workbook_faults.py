"""Faults during a workbook export: the file is the same as without faults, or the export fails with a reason."""

import random
from collections.abc import Iterator

import pytest

from badgedata.exports.specification import AwardsExport
from tests.faults.endings import Endings
from tests.faults.organization import AWARDS_AN_ISSUER, ISSUERS
from tests.faults.world import Ending, Trouble, World
from tests.support.small_limits import lower_limits
from tests.support.workbooks import read_by_calamine

WORKBOOK = AwardsExport(kind="awards", format="xlsx")


@pytest.fixture(scope="module", autouse=True)
def small_units() -> Iterator[None]:
    """Make units, sheets, and parts small, so that the awards take many of each."""
    patch = pytest.MonkeyPatch()
    lower_limits(patch, awards_a_unit=4, issuers_a_unit=2, sheet_rows=30, unit_rows=10, part_bytes=1500)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def without_faults(world: World, small_units: None) -> dict[str | None, Ending]:
    """Return the endings of the organization's and one issuer's workbooks without faults."""
    found: dict[str | None, Ending] = {}
    for issuer_id in (None, "beta"):
        ending = world.play(Trouble(), seed=0, issuer_id=issuer_id, specification=WORKBOOK)
        assert ending.export.status == "succeeded", ending.export.error_message
        assert ending.export.truncated_cells == 0
        assert ending.content is not None
        found[issuer_id] = ending
    sheets = read_by_calamine(found[None].content or b"")
    assert len(sheets) > 2
    # The re-sync tests in the same world add awards.
    assert sum(len(sheet.rows) - 1 for sheet in sheets) == found[None].export.rows >= AWARDS_AN_ISSUER * len(ISSUERS)
    return found


@pytest.mark.parametrize("call", range(1, 61, 2))
def test_killing_a_worker_between_any_two_calls_does_not_change_the_workbook(
    world: World, without_faults: dict[str | None, Ending], endings: Endings, call: int
) -> None:
    trouble = Trouble(kill_before_call={0: call})
    endings.check(world.play(trouble, seed=call, issuer_id="beta", specification=WORKBOOK), without_faults["beta"])


@pytest.mark.parametrize("seed", range(30))
def test_killing_workers_during_a_split_export_does_not_change_the_workbook(
    world: World, without_faults: dict[str | None, Ending], endings: Endings, seed: int
) -> None:
    trouble = Trouble.killed_and_split(random.Random(seed))
    endings.check(world.play(trouble, seed, specification=WORKBOOK), without_faults[None])


@pytest.mark.parametrize("seed", range(20))
def test_workbook_export_with_combined_faults_succeeds_or_fails_with_a_reason(
    world: World, without_faults: dict[str | None, Ending], endings: Endings, seed: int
) -> None:
    trouble = Trouble.combined(random.Random(seed), split_probability=0.7)
    endings.check(world.play(trouble, seed, specification=WORKBOOK), without_faults[None], may_fail=True)


def test_at_most_a_quarter_of_workbook_exports_fail_because_of_faults(
    endings: Endings, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\n{endings.check_all(request)}")
