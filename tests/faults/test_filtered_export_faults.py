"""Faults during a filtered export: the file is the same as without faults, or the export fails with a reason."""

import random

import pytest

from badgedata.exports.specification import AwardsExport
from tests.faults.endings import Endings
from tests.faults.kinds import FAULTS, OPERATIONS
from tests.faults.organization import ISSUERS
from tests.faults.world import Ending, Trouble, World

BADGE_CLASSES = [f"{issuer_id}-badge" for issuer_id in ISSUERS]
EXPORTS = {
    "badge classes": AwardsExport(kind="awards", badge_class_ids=BADGE_CLASSES),
    "one badge class": AwardsExport(kind="awards", badge_class_ids=BADGE_CLASSES[1:2], separator="tab"),
    "no award matches": AwardsExport(kind="awards", status=["revoked"]),
    "columns and dates": AwardsExport(
        kind="awards", columns=["Award URL", "Narrative"], awarded_after="2026-01-03", status=["active"]
    ),
}


@pytest.fixture(scope="module")
def without_faults(world: World) -> dict[str, Ending]:
    """Return the ending of each export without faults."""
    found = {name: world.play(Trouble(), seed=0, specification=each) for name, each in EXPORTS.items()}
    files = {name: ending.content or b"" for name, ending in found.items()}
    assert files["badge classes"] == world.play(Trouble(), seed=0).content
    assert files["no award matches"].count(b"\r\n") == 1
    assert 1 < files["columns and dates"].count(b"\r\n") < files["badge classes"].count(b"\r\n")
    return found


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", EXPORTS)
def test_filtered_export_with_combined_faults_succeeds_or_fails_with_a_reason(
    world: World, without_faults: dict[str, Ending], endings: Endings, name: str, seed: int
) -> None:
    choices = random.Random(f"{name} {seed}")
    rules = [
        {"service": service, "operation": operation, "probability": 0.2, **FAULTS["throttled"](service)}
        for service, operation in choices.sample(OPERATIONS, 4)
    ]
    trouble = Trouble(
        rules,
        kill_before_call={worker: choices.randint(1, 40) for worker in choices.sample(range(8), 2)},
        split=choices.random() < 0.5,
        calls_until_time_is_up=choices.choice([None, 12, 25]),
        deliver_twice=choices.random() < 0.5,
        shuffle=True,
    )
    endings.check(world.play(trouble, seed, specification=EXPORTS[name]), without_faults[name], may_fail=True)


def test_at_most_a_quarter_of_filtered_exports_fail_because_of_faults(
    endings: Endings, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\n{endings.check_all(request)}")
