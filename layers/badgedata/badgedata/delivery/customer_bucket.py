"""Access an organization's bucket. The requests use the role that the destination specifies."""

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, Final, Literal, Self

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from badgedata import aws
from badgedata.config import config
from badgedata.delivery import keys
from badgedata.delivery.request import account_of
from badgedata.records.deliveries import Destination

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

MAX_MESSAGE_CHARACTERS: Final = 300
"""The maximum length of error messages from AWS. Longer messages are shortened."""

QUICK: Final = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})
"""Client settings for testing a destination, which must finish while a person waits."""

PATIENT: Final = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 4})
"""Client settings for deliveries."""

_WITH_REGION: Final = (
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
)
"""The HTTP error statuses of HeadBucket responses that name the bucket's region or report a missing bucket."""

_OBJECT_ACTIONS: Final = [
    "s3:PutObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
    "s3:DeleteObject",
]
"""The actions on objects that the role must allow, as listed in docs/delivery.md."""

_UPLOAD_IS_UNUSABLE: Final = {
    "NoSuchUpload",
    "InvalidPart",
    "InvalidPartOrder",
    "EntityTooSmall",
    "BadDigest",
}


type Reason = Literal[
    "no-destination",
    "role-not-assumable",
    "trust-too-broad",
    "bucket-not-found",
    "bucket-in-other-region",
    "bucket-of-other-account",
    "access-denied",
    "key-denied",
    "unreachable",
    "upload-lost",
    "file-deleted",
    "failed",
]
"""The reasons why a delivery or a destination test can fail."""


class DeliveryError(Exception):
    """Raised when a delivery or a destination test fails.

    Parameters
    ----------
    code
        A machine-readable code for the reason.
    message
        The cause and the remedy, for the organization's admins.
    """

    def __init__(self, code: Reason, message: str) -> None:
        super().__init__(message)
        self.code = code


TRUST_TOO_BROAD: Final = DeliveryError(
    "trust-too-broad",
    "The role can be assumed with any external ID, so any other organization that uses this product could write to "
    "the bucket. Add the sts:ExternalId condition to the role's trust policy.",
)


class UploadUnusableError(Exception):
    """Raised when a multipart upload no longer exists, or when S3 rejects its parts or checksum."""


@dataclass(frozen=True)
class Target:
    """A bucket and the role to assume when writing to it.

    To abort an upload, use the same target that was used to begin it.
    """

    bucket: str
    region: str
    role_arn: str
    external_id: str
    folder: str
    """The key prefix of all objects that are written."""

    @classmethod
    def of(cls, destination: Destination) -> Self:
        """Return a destination's bucket and role."""
        folder = keys.folder(destination.prefix, destination.organization_id)
        return cls(destination.bucket, destination.region, destination.role_arn, destination.external_id, folder)

    def session_policy(self) -> str:
        """Return a session policy that allows only this product's requests, even if the role allows more.

        In the resource's ARN, wildcards replace characters that aren't allowed in policies or have a special meaning.

        >>> role = "arn:aws:iam::111122223333:role/badge-exports"
        >>> policy = Target("bucket", "eu-west-1", role, "bdm-1", "von/Müller/${aws:username}/ORG/").session_policy()
        >>> json.loads(policy)["Statement"][0]["Resource"]
        'arn:aws:s3:::bucket/von/M*ller/*aws*username*/ORG/*'
        """
        bucket = f"arn:{self.role_arn.split(':')[1]}:s3:::{self.bucket}"
        folder = re.sub(r"[^A-Za-z0-9/._=@+ -]+", "*", self.folder, flags=re.ASCII)
        statements = [
            {"Effect": "Allow", "Action": _OBJECT_ACTIONS, "Resource": f"{bucket}/{folder}*"},
            {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": bucket},  # for HeadBucket
            {"Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": "*"},
        ]
        return json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))

    def as_json(self) -> dict[str, str]:
        """Return the target as a JSON object for `Delivery.upload_target`."""
        return asdict(self)


class CustomerBucket:
    """An organization's S3 bucket, in another AWS account.

    Each request for an object specifies the account that must own the bucket. S3 rejects the request if a different
    account owns the bucket.

    Parameters
    ----------
    session_name
        The session's name in the other account's CloudTrail logs.
    """

    def __init__(self, target: Target, session_name: str, settings: Config = PATIENT) -> None:
        self._target = target
        self._of_bucket: dict[str, Any] = {
            "Bucket": target.bucket,
            "ExpectedBucketOwner": account_of(target.role_arn),
        }
        self._role = aws.AssumedRole(target.role_arn, target.external_id, session_name, target.session_policy())
        with self._explained("sts:AssumeRole"):
            self._s3: S3Client = aws.s3_as(self._role, target.region, settings)

    def require_external_id(self) -> None:
        """Check that the role can't be assumed with a random external ID.

        Raises
        ------
        DeliveryError
            If the role can be assumed, or if the response from AWS STS is inconclusive.
        """
        try:
            with self._explained("sts:AssumeRole"):
                self._role._replace(external_id=f"bdm-{secrets.token_hex(20)}").assume()
        except DeliveryError as error:
            if error.code == "role-not-assumable":
                return
            raise
        raise TRUST_TOO_BROAD

    def require_region(self) -> None:
        """Check that the bucket exists in the destination's region.

        The HeadBucket response contains the bucket's region, even if the role can't list objects.

        Raises
        ------
        DeliveryError
            If the bucket doesn't exist, is in another region, or belongs to another account.
        """
        # The expected owner is omitted, so that the response shows whether a different owner causes a rejection.
        with self._explained("s3:ListBucket"):
            status, region = self._head(Bucket=self._target.bucket)
            if status == HTTPStatus.NOT_FOUND:
                raise DeliveryError("bucket-not-found", f"The bucket {self._target.bucket} does not exist.")
            if region and region != self._target.region:
                raise DeliveryError(
                    "bucket-in-other-region",
                    f"The bucket {self._target.bucket} is in {region}, not in {self._target.region}. Set the "
                    "destination's region to the bucket's region.",
                )
            if status == HTTPStatus.OK and self._head(**self._of_bucket)[0] == HTTPStatus.FORBIDDEN:
                raise DeliveryError(
                    "bucket-of-other-account",
                    f"The bucket {self._target.bucket} does not belong to the role's account, "
                    f"{account_of(self._target.role_arn)}. Use a bucket and a role in the same account.",
                )

    def put(self, key: str, body: bytes | IO[bytes], **settings: Any) -> None:
        """Write an object in a single request."""
        with self._explained("s3:PutObject"):
            self._s3.put_object(**self._of_bucket, Key=key, Body=body, **settings)

    def delete(self, key: str) -> None:
        """Delete an object from the bucket."""
        with self._explained("s3:DeleteObject"):
            self._s3.delete_object(**self._of_bucket, Key=key)

    def begin_upload(self, key: str, **settings: Any) -> str:
        """Begin a multipart upload and return its ID."""
        with self._explained("s3:PutObject"):
            begun = self._s3.create_multipart_upload(
                **self._of_bucket, Key=key, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT", **settings
            )
        return begun["UploadId"]

    def put_part(self, key: str, upload_id: str, number: int, body: bytes | IO[bytes]) -> None:
        """Send one part of a multipart upload.

        Raises
        ------
        UploadUnusableError
            If the upload doesn't exist.
        """
        with self._explained("s3:PutObject"):
            self._s3.upload_part(
                **self._of_bucket,
                Key=key,
                UploadId=upload_id,
                PartNumber=number,
                Body=body,
                ChecksumAlgorithm="CRC32",
            )

    def complete_upload(self, key: str, upload_id: str, parts: int, **checks: Any) -> None:
        """Complete a multipart upload that has `parts` parts.

        Parameters
        ----------
        checks
            The S3 argument with the checksum of the entire object, if known. S3 compares this checksum with the parts'
            checksums.

        Raises
        ------
        UploadUnusableError
            If the upload or one of its parts doesn't exist, or if S3 rejects the parts or the checksum.
        """
        numbered = self._parts(key, upload_id)
        if any(number not in numbered for number in range(1, parts + 1)):
            raise UploadUnusableError
        completed: list[CompletedPartTypeDef] = [
            {"PartNumber": number, "ETag": numbered[number]} for number in range(1, parts + 1)
        ]
        entire: dict[str, Any] = {**checks, "ChecksumType": "FULL_OBJECT"} if checks else {}
        with self._explained("s3:PutObject"):
            self._s3.complete_multipart_upload(
                **self._of_bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": completed}, **entire
            )

    def abort_upload(self, key: str, upload_id: str) -> None:
        """Abort a multipart upload if it still exists."""
        try:
            with self._explained("s3:AbortMultipartUpload"):
                self._s3.abort_multipart_upload(**self._of_bucket, Key=key, UploadId=upload_id)
        except UploadUnusableError:
            pass

    def _parts(self, key: str, upload_id: str) -> dict[int, str]:
        with self._explained("s3:ListMultipartUploadParts"):
            pages = self._s3.get_paginator("list_parts").paginate(**self._of_bucket, Key=key, UploadId=upload_id)
            return {part["PartNumber"]: part["ETag"] for page in pages for part in page.get("Parts", [])}

    def _head(self, **bucket: Any) -> tuple[int, str]:
        metadata: Any
        try:
            metadata = self._s3.head_bucket(**bucket)["ResponseMetadata"]
        except ClientError as error:
            metadata = error.response["ResponseMetadata"]
            status = metadata["HTTPStatusCode"]
            if status not in _WITH_REGION:
                raise
        return metadata["HTTPStatusCode"], str(metadata["HTTPHeaders"].get("x-amz-bucket-region", ""))

    @contextmanager
    def _explained(self, action: str) -> Iterator[None]:
        """Convert request errors to `DeliveryError` or `UploadUnusableError`.

        `action` is the IAM action that the request requires.
        """
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if error.operation_name == "AssumeRole":  # a request had to renew the session
                action = "sts:AssumeRole"
            if code in _UPLOAD_IS_UNUSABLE and action != "sts:AssumeRole":
                raise UploadUnusableError from error
            raise self._explanation(action, error) from error
        except BotoCoreError as error:
            raise DeliveryError(
                "unreachable",
                f"{_service(action)} in {self._target.region} did not respond: {_shortened(str(error))}",
            ) from error

    def _explanation(self, action: str, error: ClientError) -> DeliveryError:
        target = self._target
        given = error.response.get("Error", {})
        code, message = str(given.get("Code", "")), str(given.get("Message", ""))
        reply = f"{_service(action)} replied {code}: {_shortened(message)}"
        if action == "sts:AssumeRole" and code not in ("AccessDenied", "AccessDeniedException"):
            return DeliveryError(
                "unreachable", f"AWS STS could not process the request to assume the role {target.role_arn} ({code})."
            )
        if action == "sts:AssumeRole" or code in ("ExpiredToken", "InvalidAccessKeyId"):
            return DeliveryError(
                "role-not-assumable",
                f"The role {target.role_arn} can't be assumed. Check that it exists, and that its trust policy names "
                f"the principal {config().delivery_principal_arn} and the destination's external ID. {reply}",
            )
        if code == "NoSuchBucket":
            return DeliveryError("bucket-not-found", f"The bucket {target.bucket} does not exist.")
        if "kms:" in message or code.startswith("KMS"):
            return DeliveryError(
                "key-denied",
                f"The KMS key for the bucket {target.bucket} can't be used. In both the role's permissions policy and "
                f"the key policy, allow the role to use kms:GenerateDataKey and kms:Decrypt. {reply}",
            )
        if code in ("AccessDenied", "AllAccessDisabled", "403"):
            # S3 names the denied permission only for requests within one account.
            others = (
                ", and that no bucket policy denies it"
                if "not authorized to perform" in message
                else ", that no bucket policy denies it, and that the bucket belongs to the role's account, "
                f"{account_of(target.role_arn)}"
            )
            return DeliveryError(
                "access-denied",
                f"S3 denied {action} for the bucket {target.bucket}. Check that the role's permissions policy allows "
                f"it for the destination's prefix{others}. {reply}",
            )
        return DeliveryError("failed", f"{action} failed for the bucket {target.bucket}. {reply}")


def _service(action: str) -> str:
    return "AWS STS" if action.startswith("sts:") else "S3"


def _shortened(message: str) -> str:
    return message if len(message) <= MAX_MESSAGE_CHARACTERS else f"{message[:MAX_MESSAGE_CHARACTERS]}…"
