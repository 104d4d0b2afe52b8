"""Validate the bucket, prefix, region, and role in a request to set a destination."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from badgedata import aws
from badgedata.config import config
from badgedata.problems import FieldError, Problem, shown

MAX_PREFIX_BYTES: Final = 512

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_RESERVED_STARTS: Final = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS: Final = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
"""Bucket name suffixes that S3 reserves, for example for access point aliases.

S3 also reserves the prefixes in `_RESERVED_STARTS` (S3 User Guide, "General purpose bucket naming rules").
"""

_IP_ADDRESS: Final = re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII)
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]{2,12}){1,3}-[0-9]{1,2}", re.ASCII)
_ROLE_ARN: Final = re.compile(
    r"arn:(?P<partition>aws(?:-[a-z]{2,10}){0,3}):iam::(?P<account>[0-9]{12}):role/"
    r"(?:[A-Za-z0-9_+=,.@-]{1,128}/){0,16}[A-Za-z0-9_+=,.@-]{1,64}",
    re.ASCII,
)
_REGIONS_OF_PARTITIONS: Final = {
    "aws-cn": "cn-",
    "aws-us-gov": "us-gov-",
    "aws-iso": "us-iso-",
    "aws-iso-b": "us-isob-",
    "aws-iso-e": "eu-isoe-",
    "aws-iso-f": "us-isof-",
    "aws-eusc": "eusc-",
}
"""The prefix of the region names in each partition. The region names in the `aws` partition have no common prefix."""


@dataclass(frozen=True)
class DestinationSettings:
    """A destination's settings, as stored."""

    bucket: str
    prefix: str
    region: str
    role_arn: str


def account_of(arn: str) -> str:
    """Return the account ID in an ARN.

    >>> account_of("arn:aws:iam::111122223333:role/badges")
    '111122223333'
    """
    return arn.split(":")[4]


def read_settings(bucket: str, prefix: str, region: str | None, role_arn: str) -> DestinationSettings:
    """Validate a destination's settings and return them in their stored form.

    A trailing slash is removed from the prefix. If `region` is None, the region of this deployment is used.

    Raises
    ------
    Problem
        422 if any field is invalid. The problem lists each invalid field.
    """
    settings = DestinationSettings(bucket, prefix.removesuffix("/"), region or aws.region(), role_arn)
    faults = {
        "bucket": _bucket_fault(settings.bucket),
        "prefix": _prefix_fault(prefix),
        "region": _region_fault(settings.region),
        "roleArn": _role_fault(settings.role_arn),
    }
    given = {"bucket": bucket, "prefix": prefix, "region": settings.region, "roleArn": role_arn}
    errors = [FieldError(name, f"{fault}; got {shown(given[name])}.") for name, fault in faults.items() if fault]
    if errors:
        detail = " ".join(f"{error.field}: {error.message}" for error in errors)
        raise Problem(422, "invalid-request", "Invalid request", detail, errors)
    return settings


def _bucket_fault(bucket: str) -> str | None:
    if not _BUCKET.fullmatch(bucket) or ".." in bucket or _IP_ADDRESS.fullmatch(bucket):
        return (
            "Must be the name of an S3 bucket: 3 to 63 lowercase letters, digits, hyphens, and dots, beginning and "
            "ending with a letter or digit"
        )
    if bucket.startswith(_RESERVED_STARTS) or bucket.endswith(_RESERVED_ENDS):
        return "Must be the name of a general purpose bucket, not an access point alias or a reserved name"
    if bucket in (config().exports_bucket, config().images_bucket):
        return "Must be your own bucket, not one of this product's buckets"
    return None


def _prefix_fault(prefix: str) -> str | None:
    if len(prefix.encode("utf-8", "surrogatepass")) > MAX_PREFIX_BYTES:
        return f"Must be at most {MAX_PREFIX_BYTES} bytes long in UTF-8"
    if any(unicodedata.category(character)[0] == "C" or character in "\u2028\u2029" for character in prefix):
        return "Must not contain control characters or other invisible characters"
    if prefix.startswith("/"):
        return "Must not begin with a slash"
    if any(segment in ("", ".", "..") for segment in prefix.removesuffix("/").split("/") if prefix):
        return "Must not contain empty segments, or segments that are '.' or '..'"
    return None


def _region_fault(region: str) -> str | None:
    if not _REGION.fullmatch(region):
        return "Must be an AWS region such as eu-west-1"
    begins = _REGIONS_OF_PARTITIONS.items()
    partition = next((name for name, beginning in begins if region.startswith(beginning)), "aws")
    if partition != _own_partition():
        return f"Must be a region in the partition {_own_partition()}, where this product is deployed"
    return None


def _role_fault(role_arn: str) -> str | None:
    found = _ROLE_ARN.fullmatch(role_arn)
    if found is None:
        return "Must be the ARN of an IAM role, such as arn:aws:iam::111122223333:role/badge-exports"
    if found["partition"] != _own_partition():
        return f"Must be a role in the partition {_own_partition()}, where this product is deployed"
    if found["account"] == account_of(config().delivery_principal_arn):
        return "Must be a role in your own AWS account, not in this product's account"
    return None


def _own_partition() -> str:
    return config().delivery_principal_arn.split(":")[1]
