"""Delivery to a bucket in a second AWS account, whose role requires the organization's external ID. IAM is enforced."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.end_to_end.roles import Role, delete_role
from tests.support.deployed_client import PATIENCE_SECONDS, Client, fetch

ACCOUNT = "111122223333"
BUCKET = "second-account-badge-exports"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/badge-exports"
OPEN_ROLE = f"arn:aws:iam::{ACCOUNT}:role/open-to-all"
EXPORTS = "/issuers/aurora-science/exports"


class SecondAccount:
    """The organization's AWS account, with its administrator's access."""

    def __init__(self, stack: dict[str, Any]) -> None:
        settings = {
            "endpoint_url": stack["endpointUrl"],
            "region_name": stack["region"],
            "aws_access_key_id": ACCOUNT,
            "aws_secret_access_key": "test",
        }
        self.s3: Any = boto3.client("s3", **settings)
        self.iam: Any = boto3.client("iam", **settings)

    def create_role(self, name: str, principal: str, condition: dict[str, Any], organization_id: str) -> None:
        """Create a role with the trust policy and the permissions policy from docs/delivery.md."""
        trust = {
            "Effect": "Allow",
            "Principal": {"AWS": principal},
            "Action": "sts:AssumeRole",
            **({"Condition": condition} if condition else {}),
        }
        write = {
            "Effect": "Allow",
            "Action": ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:DeleteObject"],
            "Resource": f"arn:aws:s3:::{BUCKET}/from/badges/{organization_id}/*",
        }
        self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
        self.iam.put_role_policy(RoleName=name, PolicyName="write-exports", PolicyDocument=policy(write))

    def delete(self) -> None:
        """Delete the bucket, its objects, and the roles."""
        for key in self.objects():
            self.s3.delete_object(Bucket=BUCKET, Key=key)
        self.s3.delete_bucket(Bucket=BUCKET)
        for role in self.iam.list_roles()["Roles"]:
            delete_role(self.iam, role["RoleName"])

    def objects(self) -> dict[str, bytes]:
        """Return all objects in the bucket."""
        keys = [item["Key"] for item in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
        return {key: self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}


def policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def admin(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("ada@example.org")


@pytest.fixture(scope="module")
def organization(admin: Client) -> str:
    (membership,) = [m for m in admin.get("/me").json["memberships"] if m["role"] == "admin"]
    return str(membership["organization"]["id"])


@pytest.fixture(scope="module")
def second(stack: dict[str, Any], admin: Client, organization: str) -> Iterator[SecondAccount]:
    """Set the destination, and create the bucket and the roles that it names."""
    account = SecondAccount(stack)
    account.s3.create_bucket(Bucket=BUCKET)
    destination = set_destination(admin, organization)
    condition = {"StringEquals": {"sts:ExternalId": destination["externalId"]}}
    account.create_role("badge-exports", destination["principal"], condition, organization)
    account.create_role("open-to-all", destination["principal"], {}, organization)
    account.create_role("stranger", destination["principal"], {"StringEquals": {"sts:ExternalId": "x1"}}, organization)
    yield account
    admin.delete(f"/organizations/{organization}/destination")
    account.delete()


def set_destination(admin: Client, organization: str, **changes: str) -> dict[str, Any]:
    settings = {"bucket": BUCKET, "prefix": "from/badges", "roleArn": ROLE} | changes
    answer = admin.call("PUT", f"/organizations/{organization}/destination", settings)
    assert answer.status == 200, answer.body
    document: dict[str, Any] = answer.json
    return document


def check(admin: Client, organization: str, **changes: str) -> dict[str, Any]:
    """Set and test a destination, and return the result."""
    set_destination(admin, organization, **changes)
    answer = admin.post(f"/organizations/{organization}/destination/test", {})
    assert answer.status == 200, answer.body
    result: dict[str, Any] = answer.json["lastTest"]
    return result


def test_destination_with_the_documented_policies_passes_its_test(
    admin: Client, organization: str, second: SecondAccount
) -> None:
    result = check(admin, organization)
    assert result["ok"], result
    assert second.objects() == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"roleArn": f"arn:aws:iam::{ACCOUNT}:role/missing"}, "role-not-assumable"),
        ({"roleArn": f"arn:aws:iam::{ACCOUNT}:role/stranger"}, "role-not-assumable"),
        ({"roleArn": OPEN_ROLE}, "trust-too-broad"),
        ({"bucket": "no-such-bucket-anywhere"}, "bucket-not-found"),
        ({"region": "ap-southeast-2"}, "bucket-in-other-region"),
        ({"prefix": "elsewhere"}, "access-denied"),
    ],
)
def test_destination_test_reports_each_misconfiguration(
    changes: dict[str, str], code: str, admin: Client, organization: str, second: SecondAccount
) -> None:
    result = check(admin, organization, **changes)
    assert (result["ok"], result.get("error", {}).get("code")) == (False, code), result
    assert second.objects() == {}


def test_file_is_delivered_with_a_manifest(
    stack: dict[str, Any], admin: Client, owner: Client, organization: str, second: SecondAccount
) -> None:
    set_destination(admin, organization)
    export = owner.export(EXPORTS, {"kind": "awards", "deliver": True})
    deadline = time.monotonic() + PATIENCE_SECONDS
    while export["delivery"]["status"] == "pending" and time.monotonic() < deadline:
        time.sleep(0.5)
        export = owner.get(f"/exports/{export['id']}").json
    assert export["delivery"]["status"] == "delivered", export["delivery"]
    key = f"from/badges/{organization}/{export['file']['name']}"
    assert export["delivery"]["key"] == key
    objects = second.objects()
    assert objects.keys() == {key, f"{key}.manifest.json"}
    assert objects[key] == fetch(export["downloadUrl"]).body
    manifest = json.loads(objects[f"{key}.manifest.json"])
    assert manifest["file"]["sha256"] == hashlib.sha256(objects[key]).hexdigest()
    assert manifest["id"] == export["id"]
    assert stack["buckets"]["exports"] != BUCKET


def test_only_the_delivery_function_can_assume_the_destination_role(
    role_of: Callable[[str], Role], second: SecondAccount
) -> None:
    assert second.objects() is not None
    for function in ("ApiFunction", "ExportWorkerFunction", "ExportSweeperFunction", "ScheduledExportFunction"):
        with pytest.raises(ClientError, match="AccessDenied"):
            role_of(function).assume_role(OPEN_ROLE)
    role_of("ExportDeliveryFunction").assume_role(OPEN_ROLE)
