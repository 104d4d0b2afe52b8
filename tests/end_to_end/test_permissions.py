"""Least privilege: actions that a function's role must not allow, attempted with its credentials."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.end_to_end.roles import Role


def denied(action: Callable[..., None], *arguments: str) -> bool:
    """Return whether AWS rejects an action because of a missing permission, and for no other reason."""
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
    "EventPublisherFunction",
    "ExportEmailsFunction",
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_can_scan_tables_or_perform_administrative_actions(
    role_of: Callable[[str], Role], function: str
) -> None:
    role = role_of(function)
    for table in ("directory", "awards", "operations", "trail"):
        assert denied(role.scan, table)
    for bucket in ("exports", "images"):
        assert denied(role.delete_bucket, bucket)
    assert denied(role.create_log_group)
    assert denied(role.list_users)
    assert denied(role.list_roles)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_can_delete_trail_entries(role_of: Callable[[str], Role], function: str) -> None:
    assert denied(role_of(function).delete_item, "trail")


def test_api_cannot_write_files_or_receive_messages(role_of: Callable[[str], Role]) -> None:
    role = role_of("ApiFunction")
    assert denied(role.put_object, "exports")
    assert denied(role.receive_message, "exports")
    assert denied(role.put_item, "awards")
    assert denied(role.query, "directory", "by-image", "image")
    assert denied(role.query, "operations", "by-due-time", "due")
    assert not denied(role.send_message, "exports")
    assert not denied(role.get_item, "directory")
    assert not denied(role.query, "directory", "children", "parent")
    assert not denied(role.query, "directory", "names", "parent")


def test_email_function_can_send_emails_but_not_read_awards_people_or_files(role_of: Callable[[str], Role]) -> None:
    role = role_of("ExportEmailsFunction")
    assert not denied(role.send_email)
    assert denied(role.delete_item, "operations")
    assert denied(role.get_item, "directory")
    assert denied(role.get_item, "awards")
    assert denied(role.get_object, "exports")
    assert denied(role.send_message, "exports")
    assert denied(role.receive_message, "exports")
    assert denied(role_of("ApiFunction").send_email)


def test_page_function_cannot_access_data(role_of: Callable[[str], Role]) -> None:
    role = role_of("ConsoleFunction")
    for table in ("directory", "awards", "operations", "trail"):
        assert denied(role.get_item, table)
    for bucket in ("exports", "images"):
        assert denied(role.get_object, bucket)
    assert denied(role.send_message, "exports")


def test_export_worker_can_write_files_but_not_platform_data(role_of: Callable[[str], Role]) -> None:
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


def test_export_sweeper_cannot_read_awards_people_or_files(role_of: Callable[[str], Role]) -> None:
    role = role_of("ExportSweeperFunction")
    for table in ("directory", "awards"):
        assert denied(role.get_item, table)
    assert denied(role.get_object, "exports")
    assert denied(role.put_object, "exports")
    assert denied(role.receive_message, "exports")


def test_award_counter_cannot_access_awards_people_or_files(role_of: Callable[[str], Role]) -> None:
    role = role_of("AwardCountsFunction")
    for table in ("directory", "awards"):
        assert denied(role.get_item, table)
        assert denied(role.put_item, table)
    assert not denied(role.get_item, "operations")
    for bucket in ("exports", "images"):
        assert denied(role.get_object, bucket)
    assert denied(role.send_message, "exports")


def test_event_publisher_can_send_events_only_to_the_stacks_bus(
    role_of: Callable[[str], Role], stack: dict[str, Any]
) -> None:
    role = role_of("EventPublisherFunction")
    assert not denied(role.put_event, stack["eventBus"])
    assert denied(role.put_event)
    for table in ("directory", "awards", "operations", "trail"):
        assert denied(role.get_item, table)
        assert denied(role.put_item, table)
    for bucket in ("exports", "images"):
        assert denied(role.get_object, bucket)
    assert denied(role.send_message, "exports")


def test_scheduled_export_function_cannot_create_schedules_write_files_or_read_awards(
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


def test_schedule_sweeper_can_manage_schedules_but_not_read_awards_or_files(
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


def test_export_worker_cannot_access_schedules(role_of: Callable[[str], Role]) -> None:
    role = role_of("ExportWorkerFunction")
    assert denied(role.create_schedule)
    assert denied(role.delete_schedule)


def test_resync_worker_can_write_baked_images_but_not_create_awards_or_badges(role_of: Callable[[str], Role]) -> None:
    role = role_of("ImageResyncWorkerFunction")
    assert not denied(role.put_object, "images", "baked")
    assert not denied(role.delete_object, "images", "baked")
    assert not denied(role.send_message, "imageResync")
    assert not denied(role.receive_message, "imageResync")
    assert denied(role.receive_message, "exports")
    for action in (role.put_object, role.delete_object):
        assert denied(action, "images", "images"), "it has no access to a badge's own image"
        assert denied(action, "exports", "tests")
    assert denied(role.get_object, "exports")
    for table in ("directory", "awards"):
        assert denied(role.put_item, table)
        assert denied(role.delete_item, table)
    assert denied(role.send_message, "exports")
    assert denied(role.put_event)


def test_resync_sweeper_cannot_read_awards_or_images(role_of: Callable[[str], Role]) -> None:
    role = role_of("ImageResyncSweeperFunction")
    assert denied(role.put_event)
    assert not denied(role.send_message, "imageResync")
    assert denied(role.get_item, "awards")
    for table in ("directory", "awards", "operations", "trail"):
        assert denied(role.put_item, table)
        assert denied(role.delete_item, table)
    for bucket, folder in (("images", "images"), ("images", "baked"), ("exports", "tests")):
        assert denied(role.get_object, bucket, folder)
        assert denied(role.put_object, bucket, folder)
    assert denied(role.send_message, "exports")
    assert denied(role.receive_message, "imageResync")


def test_authorizer_can_read_only_the_operations_table_and_cannot_put_or_delete_items(
    role_of: Callable[[str], Role],
) -> None:
    role = role_of("AuthorizerFunction")
    assert not denied(role.get_item, "operations")  # only access tokens: MiniStack doesn't know the item's key
    for table in ("directory", "awards"):
        assert denied(role.get_item, table)
    for table in ("directory", "awards", "operations", "trail"):
        assert denied(role.put_item, table)
        assert denied(role.delete_item, table)
        assert denied(role.scan, table)
    assert denied(role.query, "operations", "by-scope", "scope")
    for bucket in ("exports", "images"):
        assert denied(role.get_object, bucket)
    assert denied(role.send_message, "exports")
    assert denied(role.list_users)
