"""The deletion command prompts twice, prints counts, and shows in its exit code whether it must be run again."""

from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError

from operations import delete_organization
from operations.deletion import table_items
from tests.integration.operations.conftest import STACK_NAME
from tests.support.tenants import AWARDS, Tenant, everything

pytestmark = pytest.mark.usefixtures("waits")

GOING = Tenant("GOING", 10)


@pytest.fixture(autouse=True)
def _tenant(outputs: dict[str, str]) -> None:
    GOING.create_everything()


def run(*arguments: str) -> int:
    return delete_organization.main(["GOING", *arguments, "--stack-name", STACK_NAME])


def type_answers(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    typed: Iterator[str] = iter(lines)
    monkeypatch.setattr("builtins.input", lambda prompt: next(typed))


def test_deletion_requires_typing_the_id_twice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_answers(monkeypatch, "GOING", "GOING")
    assert run() == 0
    printed = capsys.readouterr().out
    assert f"{AWARDS:>12,}  awards\n" in printed
    assert "           1  organizations\n" in printed


@pytest.mark.parametrize("lines", [("GOING", "going"), ("",), ("STAYING",)])
def test_typing_the_wrong_id_deletes_nothing(
    lines: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything()
    type_answers(monkeypatch, *lines)
    assert run() == 1
    assert everything() == before
    assert capsys.readouterr().err == "You typed a different ID. Nothing was deleted.\n"


def test_unanswered_prompt_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_answer(prompt: str) -> str:
        raise EOFError

    before = everything()
    monkeypatch.setattr("builtins.input", no_answer)
    assert run() == 1
    assert everything() == before


def test_dry_run_prints_counts_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = everything()
    assert run("--dry-run") == 0
    assert everything() == before
    assert f"{AWARDS:>12,}  awards\n" in capsys.readouterr().out


def test_rerunning_the_command_continues_an_interrupted_deletion(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as broken:

        def reject(table: str, keys: object) -> None:
            raise ClientError({"Error": {"Code": "InternalServerError"}}, "BatchWriteItem")

        broken.setattr(table_items, "delete", reject)
        assert run("--yes") == 3
    assert "Run the command again to continue where it stopped." in capsys.readouterr().err
    assert run("--yes") == 0


def test_user_accounts_without_another_role_are_deleted_on_request(outputs: dict[str, str]) -> None:
    pool = boto3.client("cognito-idp")
    Tenant("STAYING", 100).create_everything()
    for email in (GOING.admin.email, "everywhere@example.org"):
        pool.admin_create_user(UserPoolId=outputs["UserPoolId"], Username=email, MessageAction="SUPPRESS")
    assert run("--yes", "--with-accounts") == 0
    users = pool.list_users(UserPoolId=outputs["UserPoolId"])["Users"]
    assert [user["Username"] for user in users] == ["everywhere@example.org"]


def test_unknown_organization_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert delete_organization.main(["NOBODY", "--yes", "--stack-name", STACK_NAME]) == 1
    assert capsys.readouterr().err == "No such organization: NOBODY. Nothing was deleted.\n"
