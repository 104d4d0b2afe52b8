"""The load command: its output, its exit code, and the users that it creates."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import pytest

from badgedata.config import config
from badgedata.records.directory import Issuer, Member
from operations.load import main
from tests.support.small_documents import Json, issuer_document, organization_document

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def stack_file(tmp_path: Path) -> Iterator[Path]:
    """Return the description file of a running stack that refers to the in-memory deployment."""
    # The command sets environment variables in its own process; they are restored after the test.
    environment = patch.dict(os.environ, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"})
    listening = socket.create_server(("localhost", 0))
    stack = {
        "apiUrl": config().public_base_url,
        "endpointUrl": f"http://localhost:{listening.getsockname()[1]}",
        "region": "eu-west-1",
        "userPoolId": boto3.client("cognito-idp").create_user_pool(PoolName="people")["UserPool"]["Id"],
        "clientId": "client",
        "tables": {"directory": "directory", "awards": "awards", "operations": "operations", "trail": "trail"},
        "buckets": {"exports": "exports", "images": "images"},
        "queues": {"exports": config().exports_queue_url},
        "functions": {},
        "users": [{"email": "lin@example.org", "password": "Old-Password-1", "role": "staff"}],
        "password": "Open-Badges-2026",
    }
    path = tmp_path / "stack.json"
    path.write_text(json.dumps(stack))
    with environment, listening:
        yield path


def write(path: Path, document: Json) -> str:
    path.write_text(json.dumps(document))
    return str(path)


def pool_users(stack_file: Path) -> dict[str, Any]:
    pool = json.loads(stack_file.read_text())["userPoolId"]
    return {
        next(a["Value"] for a in user["Attributes"] if a["Name"] == "email"): user
        for user in boto3.client("cognito-idp").list_users(UserPoolId=pool)["Users"]
    }


def test_document_is_loaded_and_users_are_created_for_its_members(
    tmp_path: Path, stack_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "paid.json", organization_document())
    assert main([file, "--stack", str(stack_file)]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("Loaded into organization ORG: 1 issuer, 1 badge class, ")
    assert printed.err == ""
    users = pool_users(stack_file)
    assert users.keys() == {"ada@example.org"}
    assert users["ada@example.org"]["UserStatus"] == "CONFIRMED"
    assert {"Name": "email_verified", "Value": "true"} in users["ada@example.org"]["Attributes"]


def test_new_and_existing_users_are_listed_once_with_their_highest_role(tmp_path: Path, stack_file: Path) -> None:
    file = write(tmp_path / "paid.json", organization_document())
    for _ in range(2):
        assert main([file, "--stack", str(stack_file)]) == 0
    assert json.loads(stack_file.read_text())["users"] == [
        {"email": "lin@example.org", "password": "Old-Password-1", "role": "staff"},
        {"email": "ada@example.org", "password": "Open-Badges-2026", "role": "admin"},
    ]


def test_no_users_are_created_with_the_no_users_option(tmp_path: Path, stack_file: Path) -> None:
    before = stack_file.read_text()
    file = write(tmp_path / "paid.json", organization_document())
    assert main([file, "--stack", str(stack_file), "--no-users"]) == 0
    assert pool_users(stack_file) == {}
    assert stack_file.read_text() == before


def test_admin_option_creates_a_member_and_a_user(tmp_path: Path, stack_file: Path) -> None:
    file = write(tmp_path / "issuer.json", issuer_document())
    assert main([file, "--stack", str(stack_file), "--admin", "Grace@example.org"]) == 0
    assert [member.role for member in Member.query(Member.email_key("grace@example.org"))] == ["admin"]
    assert pool_users(stack_file).keys() == {"grace@example.org"}


def test_output_does_not_mention_users_if_the_document_has_no_members(
    tmp_path: Path, stack_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "issuer.json", issuer_document())
    assert main([file, "--stack", str(stack_file)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Loaded into organization ISS (newly created): 1 issuer, 1 badge class, 1 pathway, ")
    assert "user" not in printed


def test_each_error_is_printed_on_its_own_line_and_nothing_is_written(
    tmp_path: Path, stack_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = organization_document()
    document["organization"]["plan"] = "gold"
    document["issuers"][0]["badgeClasses"][0]["assertions"][0]["issuedOn"] = "2026-02-30"
    file = write(tmp_path / "paid.json", document)
    assert main([file, "--stack", str(stack_file)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    plan, issued_on, summary = printed.err.splitlines()
    assert plan == '$.organization.plan: "gold" is not allowed; allowed values: "free", "paid"'
    assert issued_on.startswith('$.issuers[0].badgeClasses[0].assertions[0].issuedOn: "2026-02-30" has no time of day')
    assert summary == f"{file} was not loaded. Nothing was written."
    assert list(Issuer.children.query(Issuer.parent_key("ORG"))) == []
    assert pool_users(stack_file) == {}


def test_errors_beyond_the_limit_are_counted_but_not_printed(
    tmp_path: Path, stack_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = organization_document()
    document["members"] = [{"email": str(n), "role": "admin"} for n in range(53)]
    assert main([write(tmp_path / "paid.json", document), "--stack", str(stack_file)]) == 1
    assert capsys.readouterr().err.splitlines()[50] == "… and 3 more"


@pytest.mark.parametrize("email", ["grace", "a b@example.org", ""])
def test_admin_option_must_be_an_email_address(
    email: str, tmp_path: Path, stack_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "issuer.json", issuer_document())
    assert main([file, "--stack", str(stack_file), "--admin", email]) == 1
    assert "is not an email address" in capsys.readouterr().err


def test_missing_file_is_reported_on_one_line(stack_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gone.json", "--stack", str(stack_file)]) == 1
    assert capsys.readouterr().err == "Can't read gone.json: No such file or directory\n"


def test_command_explains_what_to_do_if_no_stack_is_running(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "issuer.json", issuer_document())
    assert main([file, "--stack", str(tmp_path / "none.json")]) == 1
    assert capsys.readouterr().err == "The local stack isn't running. Run `make run` first.\n"


def test_command_explains_what_to_do_if_the_stack_is_stopped(
    tmp_path: Path, stack_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stopped = json.loads(stack_file.read_text()) | {"endpointUrl": "http://localhost:1"}
    stack_file.write_text(json.dumps(stopped))
    file = write(tmp_path / "issuer.json", issuer_document())
    assert main([file, "--stack", str(stack_file)]) == 1
    assert capsys.readouterr().err == "The local stack isn't running. Run `make run` first.\n"
