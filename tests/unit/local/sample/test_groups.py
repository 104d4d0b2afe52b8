"""The groups and pathways in the sample data."""

import re
from collections import Counter

import pytest

from tests.unit.local.sample.reading import TIME, Json


@pytest.fixture(scope="module")
def groups(paid: Json) -> list[Json]:
    return [group for issuer in paid["issuers"] for group in issuer["recipientGroups"]]


def test_sample_includes_groups_for_every_creation_method(groups: list[Json]) -> None:
    creation = {group["creation"]["method"]: group["creation"] for group in groups}
    assert set(creation) == {"manual", "lms", "api", "pathway"}
    assert set(creation["lms"]) == {"method", "courseId", "url"}
    assert set(creation["pathway"]) == {"method", "pathway"}


def test_sample_includes_archived_and_active_groups_and_every_kind_of_expiration(groups: list[Json]) -> None:
    assert {group["archived"] for group in groups} == {True, False}
    assert {group.get("expiration", {}).get("method") for group in groups} == {"manual", "lms", None}
    assert all(TIME.fullmatch(group["expiration"]["date"]) for group in groups if "expiration" in group)


def test_sample_groups_vary_in_size_staff_and_alignments(groups: list[Json]) -> None:
    assert {len(group["alignments"]) for group in groups} == {0, 1, 2, 3}
    assert {alignment["type"] for group in groups for alignment in group["alignments"]} == {"badge", "pathway"}
    assert {len(group["staff"]) for group in groups} == {0, 1, 2, 3}
    sizes = {len(group["learners"]) for group in groups}
    assert {0, 1, 40} <= sizes


def test_some_sample_group_names_are_unusual(groups: list[Json]) -> None:
    names = [group["name"] for group in groups]
    assert {"=", "-", "@"} <= {name[0] for name in names}
    assert any("," in name for name in names)
    assert any('"' in name for name in names)
    assert any("\n" in name for name in names)


def test_sample_alignments_and_progress_belong_to_the_issuer(paid: Json) -> None:
    for issuer in paid["issuers"]:
        badge_classes = {(b["entityId"], b["name"]) for b in issuer["badgeClasses"]}
        pathways = {(pathway["entityId"], pathway["name"]) for pathway in issuer["pathways"]}
        for group in issuer["recipientGroups"]:
            aligned = {alignment["entityId"]: alignment for alignment in group["alignments"]}
            for alignment in aligned.values():
                owners = badge_classes if alignment["type"] == "badge" else pathways
                assert (alignment["entityId"], alignment["name"]) in owners
            if "pathway" in group["creation"]:
                assert group["creation"]["pathway"] in aligned
            for learner in group["learners"]:
                for progress in learner["progress"]:
                    assert progress["required"] == len(aligned[progress["alignment"]]["requirements"])
                    assert 0 <= progress["completed"] <= progress["required"]
                    assert len(progress["evidence"]) <= progress["completed"]


def test_sample_learners_are_at_every_stage_and_some_are_in_several_groups(groups: list[Json]) -> None:
    learners = [learner for group in groups for learner in group["learners"]]
    assert max(Counter(learner["id"] for learner in learners).values()) > 2
    progress = [step for learner in learners for step in learner["progress"]]
    stages = {
        "not started"
        if not step["completed"]
        else "completed"
        if step["completed"] == step["required"]
        else "on the way"
        for step in progress
    }
    assert stages == {"not started", "completed", "on the way"}
    assert {0, 1, 2} <= {len(step["evidence"]) for step in progress}
    assert any(len(learner["progress"]) < len(group["alignments"]) for group in groups for learner in group["learners"])


def test_sample_learners_last_badge_matches_an_award_from_the_issuer(paid: Json, groups: list[Json]) -> None:
    for issuer in paid["issuers"]:
        given = {(b["name"], award["issuedOn"]) for b in issuer["badgeClasses"] for award in b["assertions"]}
        for group in issuer["recipientGroups"]:
            for learner in group["learners"]:
                if last := learner.get("lastBadgeEarned"):
                    assert (last["name"], last["issuedOn"]) in given
    assert {"lastBadgeEarned" in learner for group in groups for learner in group["learners"]} == {True, False}


def test_sample_includes_every_kind_of_pathway_and_requirement(paid: Json) -> None:
    pathways = [pathway for issuer in paid["issuers"] for pathway in issuer["pathways"]]
    assert {pathway["status"] for pathway in pathways} == {"draft", "published"}
    requirements = [requirement for pathway in pathways for requirement in pathway["requirements"]]
    assert {item["type"] for item in requirements} == {"badge", "experience"}
    assert {item["awardMethod"] for item in requirements} == {"automatic", "manual"}
    assert {item["visibility"] for item in requirements} == {"public", "group", "private"}
    assert all(re.fullmatch(r"\d+ of \d+", item["threshold"]) for item in requirements)
