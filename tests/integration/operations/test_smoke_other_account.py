"""The smoke test's bucket and role in another account, which are always deleted."""

from pathlib import Path
from typing import Any

import boto3
import pytest

from operations.smoke.other_account import OtherAccount

PRINCIPAL = "arn:aws:iam::123456789012:role/export-delivery"


@pytest.fixture
def account(tables: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OtherAccount:
    configuration = tmp_path / "config"
    configuration.write_text("[profile other]\naws_access_key_id = x\naws_secret_access_key = x\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    return OtherAccount("other", "smoke-1")


def left() -> set[str]:
    """List all buckets and roles."""
    iam: Any = boto3.client("iam")
    buckets = {bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]}
    return buckets | {role["RoleName"] for role in iam.list_roles()["Roles"]}


def test_role_trusts_only_the_product_and_requires_the_external_id(account: OtherAccount) -> None:
    account.create(PRINCIPAL, "bdm-1", account.role_arn())
    iam: Any = boto3.client("iam")
    trust = iam.get_role(RoleName="badge-data-smoke-1")["Role"]["AssumeRolePolicyDocument"]
    (statement,) = trust["Statement"]
    assert statement["Principal"] == {"AWS": PRINCIPAL}
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "bdm-1"}}
    policy = iam.get_role_policy(RoleName="badge-data-smoke-1", PolicyName="write-exports")["PolicyDocument"]
    (allowed,) = policy["Statement"]
    assert allowed["Resource"] == "arn:aws:s3:::badge-data-smoke-1/smoke-1/*"
    assert "s3:GetObject" not in allowed["Action"]


def test_role_and_bucket_are_deleted_even_if_the_bucket_contains_files(account: OtherAccount) -> None:
    before = left()
    account.create(PRINCIPAL, "bdm-1", account.role_arn())
    assert left() - before == {"badge-data-smoke-1"}
    assert len(account.cleanup_commands) == 3
    boto3.client("s3").put_object(Bucket=account.name, Key="smoke-1/file.csv", Body=b"1")
    account.delete()
    assert left() == before
    assert account.cleanup_commands == []


@pytest.mark.parametrize("rejected", ["CreateBucket", "CreateRole", "PutRolePolicy"])
def test_resources_left_by_an_interrupted_creation_are_deleted(account: OtherAccount, rejected: str) -> None:
    before = left()

    def interrupt(**_: Any) -> None:
        raise KeyboardInterrupt

    for api in (account._s3, account._iam):
        api.meta.events.register(f"before-call.*.{rejected}", interrupt)
    with pytest.raises(KeyboardInterrupt):
        account.create(PRINCIPAL, "bdm-1", "arn:aws:iam::111122223333:role/badge-data-smoke-1")
    account.delete()
    assert left() == before


def test_bucket_that_already_existed_is_not_deleted(account: OtherAccount) -> None:
    boto3.client("s3").create_bucket(Bucket=account.name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    account.delete()
    assert account.name in left()
