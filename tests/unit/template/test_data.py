"""Data protection: deletion protection, recovery, and expiry of tables and buckets."""

from datetime import timedelta

import pytest

from badgedata import stored_images
from badgedata.delivery import lifecycle as deliveries
from badgedata.exports import upload
from badgedata.identifiers import is_entity_id
from development.sam_template import resources, template
from tests.unit.template.written import TABLES

DATA = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool"}


@pytest.mark.parametrize("name", resources(*DATA))
def test_data_is_retained_when_its_resource_is_deleted_or_replaced(name: str) -> None:
    resource = template()["Resources"][name]
    assert resource["DeletionPolicy"] == "Retain"
    assert resource["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_backups_deletion_protection_and_encryption(name: str) -> None:
    properties = TABLES[name]["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["IsProtected", True, False]}
    encrypted = {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": {"Ref": "KmsKeyArn"}}
    assert properties["SSESpecification"] == {"Fn::If": ["HasKmsKey", encrypted, {"SSEEnabled": False}]}


def test_every_undelivered_file_expires_after_the_retention_period() -> None:
    rules = resources("AWS::S3::Bucket")["ExportsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    days = {rule.get("Prefix"): rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}
    delivered = days.pop(upload.DELIVERED)
    # S3 applies the shorter of two rules, so no other rule may match a file that is delivered.
    assert not [prefix for prefix in days if upload.DELIVERED.startswith(prefix or "")]
    allowed = {chr(code) for code in range(128) if is_entity_id(chr(code))}
    assert days == {character: {"Ref": "FileRetentionDays"} for character in allowed}, "an ID begins with one of these"
    longest = template()["Parameters"]["FileRetentionDays"]["MaxValue"]
    assert timedelta(days=delivered) > max(timedelta(days=longest), deliveries.WINDOW) + timedelta(days=7)


def test_images_from_unconfirmed_previews_expire() -> None:
    rules = template()["Resources"]["ImagesBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (rule,) = (rule for rule in rules if rule.get("Prefix") == stored_images.PREVIEWS)
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 1)
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


def test_images_and_tables_can_be_recovered_for_35_days() -> None:
    properties = template()["Resources"]["ImagesBucket"]["Properties"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = (rule for rule in properties["LifecycleConfiguration"]["Rules"] if "Prefix" not in rule)
    recovery_days = 35  # the default point-in-time recovery period, which no table reduces
    assert rule == {
        "Id": "old-versions-go",
        "Status": "Enabled",
        "NoncurrentVersionExpiration": {"NoncurrentDays": recovery_days},
        "ExpiredObjectDeleteMarker": True,
    }
    assert all(
        "RecoveryPeriodInDays" not in table["Properties"]["PointInTimeRecoverySpecification"]
        for table in TABLES.values()
    )


def test_retained_bucket_still_rejects_requests_without_tls() -> None:
    policies = resources("AWS::S3::BucketPolicy")
    buckets = {policy["Properties"]["Bucket"]["Ref"] for policy in policies.values()}
    assert buckets == resources("AWS::S3::Bucket").keys()
    for policy in policies.values():
        assert policy["DeletionPolicy"] == policy["UpdateReplacePolicy"] == "Retain"
        (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_scripts_on_other_sites_can_read_images_but_not_exports() -> None:
    buckets = {
        name: bucket["Properties"].get("CorsConfiguration") for name, bucket in resources("AWS::S3::Bucket").items()
    }
    assert buckets["ExportsBucket"] is None
    (rule,) = buckets["ImagesBucket"]["CorsRules"]
    assert rule["AllowedOrigins"] == ["*"]
    assert rule["AllowedMethods"] == ["GET", "HEAD"]
