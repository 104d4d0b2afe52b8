"""Checks of restored tables: missing settings and an organization's missing rows are reported."""

import boto3
import pytest

from badgedata import stored_images
from badgedata.config import config
from badgedata.counts import recount
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
from development.sam_template import resources
from operations import check_restore, restored_tables
from tests.integration.operations.conftest import STACK_NAME
from tests.support.tables import table_definition
from tests.support.tenants import SHARED_IMAGE, Tenant

TABLES = {
    "directory": "DirectoryTable",
    "awards": "AwardsTable",
    "operations": "OperationsTable",
    "trail": "TrailTable",
}


def run(*arguments: str) -> int:
    return check_restore.main([*arguments, "--stack-name", STACK_NAME])


def protect(table: str) -> None:
    """Apply the template's settings, which a restore omits, to a table."""
    dynamodb = boto3.client("dynamodb")
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=True)
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    if table in (config().awards_table, config().operations_table):
        stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        dynamodb.update_table(TableName=table, StreamSpecification=stream)  # type: ignore[arg-type]
    if table in (config().operations_table, config().trail_table):
        dynamodb.update_time_to_live(
            TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expiresAt"}
        )


def count_awards() -> None:
    """Count the tenant's awards, as the table's stream does on AWS."""
    assert [item.after for item in recount.recount_issuer("MAKERS-ISS")] == [12]


@pytest.fixture
def protected(outputs: dict[str, str]) -> None:
    for output in TABLES.values():
        protect(outputs[output])


@pytest.mark.parametrize("role", TABLES)
def test_expected_table_keys_match_the_template(role: str) -> None:
    definition = table_definition(TABLES[role])
    keys = {"": [key["AttributeName"] for key in definition["KeySchema"]]}
    for index in definition["GlobalSecondaryIndexes"]:
        keys[index["IndexName"]] = [key["AttributeName"] for key in index["KeySchema"]]
    assert restored_tables.KEYS[role] == keys


def test_expected_streams_match_the_template() -> None:
    tables = resources("AWS::DynamoDB::Table")
    streams = {name: table["Properties"].get("StreamSpecification") for name, table in tables.items()}
    assert {role: streams[name] for role, name in TABLES.items() if streams[name]} == {
        role: {"StreamViewType": view} for role, view in restored_tables.STREAMS.items()
    }


def test_settings_missing_from_restored_tables_are_reported(
    outputs: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 1
    printed = capsys.readouterr().out
    for role in TABLES:
        assert f"✘ {role}: deletion protection is off" in printed
        assert f"✘ {role}: point-in-time recovery is DISABLED" in printed
        assert f"✔ {role}: keys and indexes" in printed
    assert "✘ operations: time to live attribute: none" in printed
    assert "✘ trail: time to live attribute: none" in printed
    assert "✘ awards: stream: off" in printed
    assert "✘ operations: stream: off" in printed
    assert printed.endswith("12 failed\n")


def test_complete_restore_passes_all_checks(protected: None, capsys: pytest.CaptureFixture[str]) -> None:
    Tenant("MAKERS", 10).create_everything()
    count_awards()
    capsys.readouterr()
    assert run("--organization", "MAKERS") == 0
    printed = capsys.readouterr().out
    assert "issuer MAKERS-ISS: 1 badge class, 12 awards, 12 of them in the by-badge-class index" in printed
    assert printed.endswith(" checks, all passed\n")


def test_incorrect_award_counts_are_reported(protected: None, capsys: pytest.CaptureFixture[str]) -> None:
    Tenant("MAKERS", 10).create_everything()
    count_awards()
    award = next(Award.query("MAKERS-ISS"))
    award.delete()
    assert run("--organization", "MAKERS") == 1
    assert "✘ issuer MAKERS-ISS: award counts: 12 counted, 11 awards" in capsys.readouterr().out


def test_awards_for_a_missing_badge_class_are_reported(protected: None, capsys: pytest.CaptureFixture[str]) -> None:
    Tenant("MAKERS", 10).create_everything()
    BadgeClass.get(*BadgeClass.key("MAKERS-BC")).delete()
    assert run("--organization", "MAKERS") == 1
    assert (
        "✘ issuer MAKERS-ISS: 0 badge classes, 12 awards, 0 of them in the by-badge-class index"
        in capsys.readouterr().out
    )


def test_image_missing_from_the_bucket_is_reported(protected: None, capsys: pytest.CaptureFixture[str]) -> None:
    tenant = Tenant("MAKERS", 10)
    tenant.create_everything()
    badge_class = BadgeClass.get(*BadgeClass.key("MAKERS-BC"))
    badge_class.update([BadgeClass.image.set(stored_images.badge_image(SHARED_IMAGE + b"x", "png").in_record)])
    assert run("--organization", "MAKERS") == 1
    assert "✘ issuer MAKERS-ISS: missing images: images/" in capsys.readouterr().out


def test_unknown_organization_is_reported(protected: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--organization", "NOBODY") == 1
    assert "✘ organization NOBODY exists" in capsys.readouterr().out


def test_missing_table_is_reported(outputs: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    boto3.client("dynamodb").delete_table(TableName=outputs["AwardsTable"])
    failing = [check.description for check in restored_tables.check_tables() if not check.passed]
    assert "awards table awards: ResourceNotFoundException" in failing
