"""Least privilege: what a function's role may not do, tried with the role's own credentials on the deployed stack."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from tests.end_to_end.roles import Role


def denied(action: Callable[..., None], *arguments: str) -> bool:
    """Tell whether AWS refuses an action for want of a permission, and not for any other reason."""
    try:
        action(*arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException")
    return False


FUNCTIONS = [
    "ApiFunction",
    "ConsoleFunction",
    "ExportWorkerFunction",
    "ExportSweeperFunction",
    "ScheduledExportFunction",
    "ScheduleSweeperFunction",
    "ImageResyncWorkerFunction",
    "ImageResyncSweeperFunction",
    "AwardCountsFunction",
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_scans_a_table_deletes_a_bucket_makes_a_log_group_or_reads_users_and_roles(
    role_of: Callable[[str], Role], function: str
) -> None:
    role = role_of(function)
    for table in ("directory", "awards", "operations"):
        assert denied(role.scan, table)
    for bucket in ("exports", "images"):
        assert denied(role.delete_bucket, bucket)
    assert denied(role.create_log_group)
    assert denied(role.list_users)
    assert denied(role.list_roles)


def test_the_api_writes_no_files_and_takes_no_work_from_the_queue(role_of: Callable[[str], Role]) -> None:
    role = role_of("ApiFunction")
    assert denied(role.put_object, "exports")
    assert denied(role.receive_message, "exports")
    assert denied(role.put_item, "awards")
    assert denied(role.query, "directory", "by-image", "image")
    assert denied(role.query, "operations", "by-due-time", "due")
    assert not denied(role.send_message, "exports")
    assert not denied(role.get_item, "directory")
    assert not denied(role.query, "directory", "children", "parent")


def test_the_page_reaches_no_data_at_all(role_of: Callable[[str], Role]) -> None:
    role = role_of("ConsoleFunction")
    for table in ("directory", "awards", "operations"):
        assert denied(role.get_item, table)
    for bucket in ("exports", "images"):
        assert denied(role.get_object, bucket)
    assert denied(role.send_message, "exports")


def test_the_export_worker_writes_files_and_changes_no_data_of_the_platform(role_of: Callable[[str], Role]) -> None:
    role = role_of("ExportWorkerFunction")
    assert not denied(role.put_object, "exports")
    assert denied(role.put_object, "images")
    for table in ("directory", "awards"):
        assert not denied(role.get_item, table)
        assert denied(role.put_item, table)
    for action in (role.bring_back, role.receive_message):
        assert denied(action, "imageResync")
        assert denied(action, "exportsDeadLetters")
        assert not denied(action, "exports")


def test_the_export_sweeper_sees_no_awards_no_people_and_no_files(role_of: Callable[[str], Role]) -> None:
    role = role_of("ExportSweeperFunction")
    for table in ("directory", "awards"):
        assert denied(role.get_item, table)
    assert denied(role.get_object, "exports")
    assert denied(role.put_object, "exports")
    assert denied(role.receive_message, "exports")


def test_award_counts_are_written_without_access_to_awards_people_or_files(role_of: Callable[[str], Role]) -> None:
    role = role_of("AwardCountsFunction")
    for table in ("directory", "awards"):
        assert denied(role.get_item, table)
        assert denied(role.put_item, table)
    assert not denied(role.get_item, "operations")
    for bucket in ("exports", "images"):
        assert denied(role.get_object, bucket)
    assert denied(role.send_message, "exports")


def test_a_run_of_a_schedule_makes_no_schedules_and_no_files_and_sees_no_awards(
    role_of: Callable[[str], Role],
) -> None:
    role = role_of("ScheduledExportFunction")
    assert denied(role.create_schedule)
    assert not denied(role.delete_schedule)
    assert not denied(role.get_item, "directory")
    assert denied(role.put_item, "directory")
    assert denied(role.get_item, "awards")
    assert denied(role.put_object, "exports")
    assert not denied(role.send_message, "exports")
    assert denied(role.receive_message, "exports")


def test_the_schedule_sweeper_sees_to_schedules_and_sees_no_awards_and_no_files(
    role_of: Callable[[str], Role],
) -> None:
    role = role_of("ScheduleSweeperFunction")
    assert not denied(role.delete_schedule)
    assert not denied(role.get_item, "directory")
    assert denied(role.put_item, "directory")
    assert denied(role.get_item, "awards")
    assert denied(role.get_object, "exports")
    assert denied(role.put_object, "exports")
    assert denied(role.receive_message, "exports")


def test_the_export_worker_has_nothing_to_do_with_schedules(role_of: Callable[[str], Role]) -> None:
    role = role_of("ExportWorkerFunction")
    assert denied(role.create_schedule)
    assert denied(role.delete_schedule)


def test_the_re_sync_worker_writes_baked_images_only_and_puts_no_award_or_badge(role_of: Callable[[str], Role]) -> None:
    role = role_of("ImageResyncWorkerFunction")
    assert not denied(role.put_object, "images", "baked")
    assert not denied(role.delete_object, "images", "baked")
    assert not denied(role.send_message, "imageResync")
    assert not denied(role.receive_message, "imageResync")
    assert denied(role.receive_message, "exports")
    for action in (role.put_object, role.delete_object):
        assert denied(action, "images", "images"), "a badge's own picture is not its business"
        assert denied(action, "exports", "tests")
    assert denied(role.get_object, "exports")
    for table in ("directory", "awards"):
        assert denied(role.put_item, table)
        assert denied(role.delete_item, table)
    assert denied(role.send_message, "exports")
    assert denied(role.put_event)


def test_the_re_sync_sweeper_sees_no_awards_and_no_images(role_of: Callable[[str], Role]) -> None:
    role = role_of("ImageResyncSweeperFunction")
    assert not denied(role.put_event)
    assert not denied(role.send_message, "imageResync")
    assert denied(role.get_item, "awards")
    for table in ("directory", "awards", "operations"):
        assert denied(role.put_item, table)
        assert denied(role.delete_item, table)
    for bucket, folder in (("images", "images"), ("images", "baked"), ("exports", "tests")):
        assert denied(role.get_object, bucket, folder)
        assert denied(role.put_object, bucket, folder)
    assert denied(role.send_message, "exports")
    assert denied(role.receive_message, "imageResync")
