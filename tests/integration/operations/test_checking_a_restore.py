"""Checking tables: what a restored one lacks is told, and so is what an organization's rows lead to and isn't there."""

import boto3
import pytest

from badgedata import stored_images
from badgedata.config import config
from badgedata.records.directory import BadgeClass
from operations import check_restore, restored_tables
from tests.integration.conftest import _table_definition
from tests.integration.operations.conftest import STACK_NAME
from tests.integration.operations.tenants import SHARED_PICTURE, Tenant

TABLES = {"directory": "DirectoryTable", "awards": "AwardsTable", "operations": "OperationsTable"}


def run(*arguments: str) -> int:
    return check_restore.main([*arguments, "--stack-name", STACK_NAME])


def protect(table: str) -> None:
    """Give a table what the template gives it and a restore doesn't."""
    dynamodb = boto3.client("dynamodb")
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=True)
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    if table == config().operations_table:
        dynamodb.update_time_to_live(
            TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expiresAt"}
        )


@pytest.fixture
def protected(outputs: dict[str, str]) -> None:
    for output in TABLES.values():
        protect(outputs[output])


@pytest.mark.parametrize("role", TABLES)
def test_what_is_checked_is_what_the_template_says(role: str) -> None:
    definition = _table_definition(TABLES[role])
    keys = {"": [key["AttributeName"] for key in definition["KeySchema"]]}
    for index in definition["GlobalSecondaryIndexes"]:
        keys[index["IndexName"]] = [key["AttributeName"] for key in index["KeySchema"]]
    assert restored_tables.KEYS[role] == keys


def test_a_restored_table_lacks_its_protection_its_recovery_and_its_time_to_live(
    outputs: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 1
    told = capsys.readouterr().out
    for role in TABLES:
        assert f"✘ {role}: deletion protection is off" in told
        assert f"✘ {role}: point-in-time recovery is DISABLED" in told
        assert f"✔ {role}: keys and indexes" in told
    assert "✘ operations: time to live attribute: none" in told
    assert told.endswith("7 failed\n")


def test_tables_as_the_template_makes_them_and_a_whole_tenant_hold(
    protected: None, capsys: pytest.CaptureFixture[str]
) -> None:
    Tenant("MAKERS", 10).live()
    capsys.readouterr()
    assert run("--organization", "MAKERS") == 0
    told = capsys.readouterr().out
    assert "issuer MAKERS-ISS: 1 badge classes, 12 awards, 12 of them by badge class" in told
    assert told.endswith(" checks, all passed\n")


def test_awards_of_a_badge_class_that_was_not_restored_are_missed(
    protected: None, capsys: pytest.CaptureFixture[str]
) -> None:
    Tenant("MAKERS", 10).live()
    BadgeClass.get(*BadgeClass.key("MAKERS-BC")).delete()
    assert run("--organization", "MAKERS") == 1
    assert "✘ issuer MAKERS-ISS: 0 badge classes, 12 awards, 0 of them by badge class" in capsys.readouterr().out


def test_a_picture_that_is_not_in_the_bucket_is_missed(protected: None, capsys: pytest.CaptureFixture[str]) -> None:
    tenant = Tenant("MAKERS", 10)
    tenant.live()
    badge_class = BadgeClass.get(*BadgeClass.key("MAKERS-BC"))
    badge_class.update([BadgeClass.image.set(stored_images.badge_image(SHARED_PICTURE + b"x", "png").in_record)])
    assert run("--organization", "MAKERS") == 1
    assert "✘ issuer MAKERS-ISS: missing images: images/" in capsys.readouterr().out


def test_an_organization_that_is_not_there_is_told(protected: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--organization", "NOBODY") == 1
    assert "✘ organization NOBODY exists" in capsys.readouterr().out


def test_a_table_that_is_not_there_is_told(outputs: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    boto3.client("dynamodb").delete_table(TableName=outputs["AwardsTable"])
    failing = [check.description for check in restored_tables.check_tables() if not check.passed]
    assert "awards table awards: ResourceNotFoundException" in failing
