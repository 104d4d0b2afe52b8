"""An organization's in-memory AWS account: its bucket, and a role that requires the right external ID.

moto supports several accounts, but doesn't check trust policies, permissions, or expected bucket owners. This module
does.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from badgedata.config import config

ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
BUCKET = "example-badge-exports"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/badge-exports"
SETTINGS = {"bucket": BUCKET, "prefix": "from/badges", "region": "eu-west-1", "roleArn": ROLE}

_ACTIONS = {
    "CreateMultipartUpload": "s3:PutObject",
    "UploadPart": "s3:PutObject",
    "CompleteMultipartUpload": "s3:PutObject",
    "PutObject": "s3:PutObject",
    "ListParts": "s3:ListMultipartUploadParts",
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "DeleteObject": "s3:DeleteObject",
    "HeadBucket": "s3:ListBucket",
}


@dataclass
class CustomerAccount:
    """The account, whose state a test can change."""

    external_id: str | None = None
    """The external ID that the role's trust policy requires; None if it doesn't trust this product."""

    accepts_any_external_id: bool = False
    owner: str = ACCOUNT
    """The account that owns the bucket."""

    allowed: set[str] = field(default_factory=lambda: {*_ACTIONS.values()} - {"s3:ListBucket"})
    denied_key_actions: set[str] = field(default_factory=set)
    is_throttled: bool = False
    """Whether STS throttles requests with an external ID that the role's trust policy doesn't name."""

    calls: list[str] = field(default_factory=list)
    session_policies: list[dict[str, Any]] = field(default_factory=list)
    """The policies that limit the sessions of the role."""

    def create_bucket(self, name: str = BUCKET, region: str = "eu-west-1") -> None:
        """Create a bucket in the account."""
        location: Any = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self.s3(region).create_bucket(Bucket=name, **location)

    def s3(self, region: str = "eu-west-1") -> Any:
        """Return an S3 client for the account's own administrator."""
        assumed = boto3.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="the-account-itself")["Credentials"]
        return boto3.client(
            "s3",
            region_name=region,
            aws_access_key_id=assumed["AccessKeyId"],
            aws_secret_access_key=assumed["SecretAccessKey"],
            aws_session_token=assumed["SessionToken"],
        )

    def objects(self, bucket: str = BUCKET) -> dict[str, bytes]:
        """Return all objects in a bucket."""
        s3 = self.s3()
        keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

    def empty(self, bucket: str = BUCKET) -> None:
        """Delete all objects and unfinished uploads in a bucket."""
        s3 = self.s3()
        for key in self.objects(bucket):
            s3.delete_object(Bucket=bucket, Key=key)
        for upload in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
            s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])

    def unfinished_uploads(self, bucket: str = BUCKET) -> list[str]:
        """Return the keys of unfinished multipart uploads in a bucket."""
        return [item["Key"] for item in self.s3().list_multipart_uploads(Bucket=bucket).get("Uploads", [])]

    def check(self, name: str, arguments: dict[str, Any]) -> None:
        """Reject a call that AWS would reject.

        Raises
        ------
        ClientError
            With the code and the message that AWS sends.
        """
        if name == "AssumeRole":
            self.calls.append(name)
            self.session_policies.append(json.loads(arguments["Policy"]))
            given = arguments.get("ExternalId")
            if self.is_throttled and given != self.external_id:
                raise ClientError({"Error": {"Code": "Throttling", "Message": "Rate exceeded"}}, name)
            if given is None or not (self.accepts_any_external_id or given == self.external_id):
                raise _denied(
                    name,
                    "User: arn:aws:sts::123456789012:assumed-role/export-delivery is not authorized to perform: "
                    f"sts:AssumeRole on resource: {arguments['RoleArn']}",
                )
            return
        self.calls.append(name)
        action = _ACTIONS[name]
        if arguments.get("ExpectedBucketOwner", self.owner) != self.owner:
            raise _denied(name, "Access Denied")
        if name == "HeadBucket":
            return
        if action not in self.allowed:
            raise _denied(
                name,
                f"User: arn:aws:sts::{ACCOUNT}:assumed-role/badge-exports/x is not authorized to perform: {action} on "
                f'resource: "arn:aws:s3:::{BUCKET}/x" because no identity-based policy allows the {action} action',
            )
        if self.denied_key_actions and action == "s3:PutObject":
            (denied,) = self.denied_key_actions
            raise _denied(name, f"User: x is not authorized to perform: {denied} on this resource")


def _denied(name: str, message: str) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": "AccessDenied", "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": 403, "HTTPHeaders": {"x-amz-bucket-region": "eu-west-1"}},  # type: ignore[typeddict-item]
        },
        name,
    )


def connect(account: CustomerAccount, monkeypatch: pytest.MonkeyPatch, is_product: Callable[[], bool]) -> None:
    """Let an account check the calls that the product sends to it.

    Parameters
    ----------
    is_product
        Returns whether the product, not the test, is sending the current call.
    """
    make_api_call: Any = BaseClient.__dict__["_make_api_call"]
    own = {config().exports_bucket, config().images_bucket}

    def checked(client: BaseClient, name: str, arguments: dict[str, Any]) -> Any:
        if is_product() and (name == "AssumeRole" or arguments.get("Bucket", config().exports_bucket) not in own):
            account.check(name, arguments)
        return make_api_call(client, name, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", checked)
