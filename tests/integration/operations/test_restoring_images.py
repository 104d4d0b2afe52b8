"""Restoring images after the Awards table is restored: images deleted by a later re-sync exist again."""

from datetime import timedelta

import boto3
import pytest

from badgedata import clock, stored_images
from badgedata.config import config
from badgedata.records.awards import Award
from badgedata.text import counted
from development.sam_template import resources
from operations import restore_images
from tests.integration.operations.conftest import STACK_NAME
from tests.support.replacing import Queue, awards_now, load_badge_class, new_badge, replace


@pytest.fixture(autouse=True)
def versioned(outputs: dict[str, str]) -> None:
    """Apply the template's versioning setting to the images bucket."""
    settings = resources("AWS::S3::Bucket")["ImagesBucket"]["Properties"]["VersioningConfiguration"]
    boto3.client("s3").put_bucket_versioning(
        Bucket=config().images_bucket, VersioningConfiguration={"Status": settings["Status"]}
    )


def run(*arguments: str) -> int:
    return restore_images.main([*arguments, "--stack-name", STACK_NAME])


def an_hour_ago() -> str:
    return clock.to_the_second(clock.now() - timedelta(hours=1))


def shown() -> set[str]:
    """Return the keys of all existing images."""
    listed = boto3.client("s3").list_objects_v2(Bucket=config().images_bucket).get("Contents", [])
    return {item["Key"] for item in listed}


@pytest.fixture
def before() -> list[Award]:
    """Return the awards from before a second replacement, whose re-sync deleted the images of these awards."""
    load_badge_class(awards=3)
    replace()
    Queue().process_all()
    kept = awards_now()
    replace(new_badge(gray=9))
    Queue().process_all()
    return kept


def test_image_for_a_restored_award_is_restored(before: list[Award], capsys: pytest.CaptureFixture[str]) -> None:
    images = [image for award in before if (image := stored_images.stored_image(award.image))]
    assert len(images) == 3
    for image in images:
        with pytest.raises(stored_images.ImageMissingError):
            stored_images.require(image)
    present = shown()
    assert run("--since", an_hour_ago()) == 0
    for image in images:
        assert stored_images.read(image)
    assert present < shown(), "and existing images are kept"
    assert capsys.readouterr().out.startswith(f"{counted(len(shown() - present), 'image')} deleted since")


def test_dry_run_and_second_run_change_nothing(before: list[Award], capsys: pytest.CaptureFixture[str]) -> None:
    present = shown()
    assert run("--since", an_hour_ago(), "--dry-run") == 0
    assert capsys.readouterr().out.endswith("none restored\n")
    assert shown() == present
    assert run("--since", an_hour_ago()) == 0
    present = shown()
    assert run("--since", an_hour_ago()) == 0
    assert shown() == present


def test_images_deleted_before_the_given_time_are_not_restored(before: list[Award]) -> None:
    present = shown()
    assert run("--since", clock.to_the_second(clock.now() + timedelta(minutes=1))) == 0
    assert shown() == present


def test_time_without_an_offset_is_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("--since", "2026-11-20T08:00:00")
    assert "has no UTC offset" in capsys.readouterr().err


def test_unknown_stack_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert restore_images.main(["--since", an_hour_ago(), "--stack-name", "nothing"]) == 1
    assert "AWS rejected" in capsys.readouterr().err
