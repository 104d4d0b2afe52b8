"""Faults during any other export: the file is the same as without faults, or the export fails with a reason."""

import io
import json
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from badgedata.exports import segments
from badgedata.exports.specification import (
    BadgesExport,
    GroupsExport,
    IssuerExport,
    LearnerProgressExport,
    Specification,
)
from tests.faults.endings import Endings
from tests.faults.kinds import FAULTS
from tests.faults.organization import (
    ALIGNMENTS_A_GROUP,
    AWARDS_AN_IMAGE,
    AWARDS_AN_ISSUER,
    GROUPS_AN_ISSUER,
    ISSUER_WITH_IMAGES,
    ISSUERS,
    LEARNERS_A_GROUP,
    UNAWARDED_BADGES_AN_ISSUER,
)
from tests.faults.world import Ending, Trouble, World
from tests.support.small_limits import lower_limits
from tests.support.workbooks import read_by_calamine

SPARE_CALLS = 5
EMBEDDED = "data:image/png;base64,"


@dataclass(frozen=True)
class Case:
    """An export, and its maximum number of calls, which may be too high by up to `SPARE_CALLS`."""

    specification: Specification
    calls: int
    issuer_id: str | None = None

    def play(self, world: World, trouble: Trouble, seed: int) -> Ending:
        return world.play(trouble, seed, self.issuer_id, self.specification)


EXPORTS = {
    "badges": Case(BadgesExport(kind="badges", format="xlsx"), calls=54),
    "groups": Case(
        GroupsExport(kind="groups", include_creation=True, include_expiration=True, include_staff=True), calls=35
    ),
    "learner progress": Case(LearnerProgressExport(kind="learner-progress"), calls=58),
    "issuer": Case(
        IssuerExport(
            kind="issuer",
            include_badge_classes=True,
            include_assertions=True,
            include_recipient_groups=True,
            include_pathways=True,
            embed_images=True,
            compress=True,
        ),
        calls=72,
        issuer_id=ISSUER_WITH_IMAGES,
    ),
}
KILLS = [(name, call) for name, case in EXPORTS.items() for call in range(1, case.calls + 1)]


@pytest.fixture(scope="module", autouse=True)
def small_steps() -> Iterator[None]:
    """Make pages, units, sheets, and parts small, so that every file takes many of each."""
    with pytest.MonkeyPatch.context() as patch:
        lower_limits(
            patch,
            csv_page_bytes=1000,
            table_unit_rows=4,
            unit_rows=4,
            sheet_rows=4,
            page_bytes=2000,
            zip_unit_bytes=4000,
            part_bytes=1200,
        )
        yield


@pytest.fixture(scope="module")
def without_faults(world: World, small_steps: None) -> dict[str, Ending]:
    """Return the ending of each export without faults."""
    found = {name: case.play(world, Trouble(), seed=0) for name, case in EXPORTS.items()}
    assert {ending.export.status for ending in found.values()} == {"succeeded"}
    return found


def test_exports_without_faults_are_complete_and_have_several_parts(without_faults: dict[str, Ending]) -> None:
    parts = {name: int(next(segments.of_export(of.export.id)).parts) for name, of in without_faults.items()}
    assert min(parts.values()) >= 2, parts
    files = {name: ending.content or b"" for name, ending in without_faults.items()}
    sheets = read_by_calamine(files["badges"])
    # The re-sync tests in the same world add badge classes.
    assert sum(len(sheet.rows) - 1 for sheet in sheets) >= len(ISSUERS) * (1 + UNAWARDED_BADGES_AN_ISSUER)
    assert len(sheets) > 2
    groups = len(ISSUERS) * GROUPS_AN_ISSUER
    assert files["groups"].count(b"\r\n") == 1 + groups * ALIGNMENTS_A_GROUP
    assert files["learner progress"].count(b"\r\n") == 1 + groups * LEARNERS_A_GROUP * ALIGNMENTS_A_GROUP
    with zipfile.ZipFile(io.BytesIO(files["issuer"])) as archive:
        document = json.loads(archive.read(archive.namelist()[0]))
    badge_classes = document["badgeClasses"]
    assertions = [assertion for badge_class in badge_classes for assertion in badge_class["assertions"]]
    assert len({assertion["id"] for assertion in assertions}) == len(assertions) == AWARDS_AN_ISSUER
    assert all(badge_class["image"].startswith(EMBEDDED) for badge_class in badge_classes)
    embedded = [assertion for assertion in assertions if assertion.get("image", "").startswith(EMBEDDED)]
    assert len(embedded) == AWARDS_AN_ISSUER // AWARDS_AN_IMAGE
    assert [len(group["learners"]) for group in document["recipientGroups"]] == [LEARNERS_A_GROUP] * GROUPS_AN_ISSUER
    assert len(document["pathways"]) == 1


def test_fault_cases_kill_the_worker_before_each_of_its_calls(world: World, without_faults: dict[str, Ending]) -> None:
    for case in EXPORTS.values():
        assert case.play(world, Trouble(kill_before_call={0: case.calls - SPARE_CALLS}), seed=0).killed == 1
        # On a busy machine, a call may be repeated.
        late = Trouble(kill_before_call={0: case.calls + 1})
        assert any(case.play(world, late, seed).killed == 0 for seed in range(3)), case


@pytest.mark.parametrize(("name", "call"), KILLS)
def test_killing_a_worker_between_any_two_calls_does_not_change_the_file(
    world: World, without_faults: dict[str, Ending], endings: Endings, name: str, call: int
) -> None:
    ending = EXPORTS[name].play(world, Trouble(kill_before_call={0: call}), seed=call)
    endings.check(ending, without_faults[name])


@pytest.mark.parametrize("service", ["dynamodb", "s3"])
@pytest.mark.parametrize("name", EXPORTS)
def test_burst_of_faults_in_one_service_does_not_change_the_file(
    world: World, without_faults: dict[str, Ending], endings: Endings, name: str, service: str
) -> None:
    choices = random.Random(f"{name} {service}")
    fault = choices.choice(["throttled", "failing", "reset"])
    rule = {"service": service, "sequence": {"fail": choices.randint(3, 25), "pass": 40}, **FAULTS[fault](service)}
    trouble = Trouble([rule], calls_until_time_is_up=20)
    endings.check(EXPORTS[name].play(world, trouble, seed=1), without_faults[name], may_fail=True)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", EXPORTS)
def test_export_with_combined_faults_succeeds_or_fails_with_a_reason(
    world: World, without_faults: dict[str, Ending], endings: Endings, name: str, seed: int
) -> None:
    trouble = Trouble.combined(random.Random(f"{name} {seed}"), split_probability=0.5)
    endings.check(EXPORTS[name].play(world, trouble, seed), without_faults[name], may_fail=True)


def test_at_most_a_quarter_of_exports_of_other_kinds_fail_because_of_faults(
    endings: Endings, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\n{endings.check_all(request)}")
