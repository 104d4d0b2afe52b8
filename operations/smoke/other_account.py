"""A temporary bucket and role in another AWS account, used to test a real delivery.

Every run creates a new tenant, so no existing trust policy can name the tenant's external ID. The product also rejects
roles whose trust policy matches external IDs against a pattern. Therefore, each run creates its own role.
"""

import json
from contextlib import suppress
from typing import Any

import boto3

POLICY = "write-exports"


class OtherAccount:
    """A temporary bucket and a temporary role in another AWS account. Both have the same name.

    Parameters
    ----------
    profile
        The name of the operator's AWS profile for the other account.
    organization_id
        The ID of the tenant whose files are delivered.
    """

    def __init__(self, profile: str, organization_id: str) -> None:
        self.profile = profile
        self.name = f"badge-data-{organization_id}"
        self._files = f"{self.name}/{organization_id}/*"
        self._region = boto3.session.Session().region_name  # the deployment's region
        self._session = boto3.session.Session(profile_name=profile, region_name=self._region)
        self._s3: Any = self._session.client("s3")
        self._iam: Any = self._session.client("iam")
        self._has_bucket = self._has_role = False

    def role_arn(self) -> str:
        """Return the role's ARN, even before the role exists."""
        _, partition, _, _, account, _ = self._session.client("sts").get_caller_identity()["Arn"].split(":", 5)
        return f"arn:{partition}:iam::{account}:role/{self.name}"

    def create(self, principal: str, external_id: str, role_arn: str) -> None:
        """Create the bucket and the role. The role has the policies that docs/delivery.md describes."""
        location = {"LocationConstraint": self._region}
        in_region = {} if self._region == "us-east-1" else {"CreateBucketConfiguration": location}
        self._has_bucket = True
        self._s3.create_bucket(Bucket=self.name, **in_region)
        trust = {
            "Effect": "Allow",
            "Principal": {"AWS": principal},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
        }
        write = {
            "Effect": "Allow",
            "Action": ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:DeleteObject"],
            "Resource": f"arn:{role_arn.split(':')[1]}:s3:::{self._files}",
        }
        self._has_role = True
        self._iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=_policy(trust))
        self._iam.put_role_policy(RoleName=self.name, PolicyName=POLICY, PolicyDocument=_policy(write))

    def read(self, key: str) -> bytes:
        """Return the content of an object in the bucket."""
        content: bytes = self._s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        return content

    def delete(self) -> None:
        """Delete the role, the bucket, and the bucket's objects, if they exist."""
        if self._has_role:
            with suppress(self._iam.exceptions.NoSuchEntityException):
                self._iam.delete_role_policy(RoleName=self.name, PolicyName=POLICY)
            with suppress(self._iam.exceptions.NoSuchEntityException):
                self._iam.delete_role(RoleName=self.name)
            self._has_role = False
        if self._has_bucket:
            with suppress(self._s3.exceptions.NoSuchBucket):
                for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.name):
                    for item in page.get("Contents", []):
                        self._s3.delete_object(Bucket=self.name, Key=item["Key"])
                self._s3.delete_bucket(Bucket=self.name)
            self._has_bucket = False

    @property
    def cleanup_commands(self) -> list[str]:
        """The commands that delete the bucket and the role, without commands for resources that can't exist."""
        profile, role = f"--profile {self.profile}", f"--role-name {self.name}"
        return [
            *([f"aws {profile} iam delete-role-policy {role} --policy-name {POLICY}"] if self._has_role else []),
            *([f"aws {profile} iam delete-role {role}"] if self._has_role else []),
            *([f"aws {profile} s3 rb --force s3://{self.name}"] if self._has_bucket else []),
        ]


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
