"""Restore images that were deleted after a given time (docs/operations.md, "Restoring tables").

    python -m operations.restore_images --since TIME [--dry-run] [--stack-name NAME]

The images bucket keeps a deleted image for 35 days, hidden by a delete marker. To restore the image, the command
removes the marker. Nothing is overwritten, because keys are never reused for different images. You can run the command
repeatedly. Specify the time to which you restored the tables.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from operations import deployment

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


def main(arguments: list[str] | None = None) -> int:
    """Restore the images or, with `--dry-run`, only count them. Print the count, and return the exit code."""
    options = _options(arguments)
    return deployment.run(lambda: _run(options), retry_hint="Run the command again. It is safe to repeat.")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m operations.restore_images",
        description="Restore images that were deleted after a specific time.",
    )
    parser.add_argument(
        "--since",
        required=True,
        type=_time,
        metavar="TIME",
        help="the time that the tables are restored to, such as 2026-11-20T08:00:00Z",
    )
    parser.add_argument("--dry-run", action="store_true", help="count the images without restoring them")
    deployment.add_options(parser)
    return parser.parse_args(arguments)


def _time(text: str) -> datetime:
    deployment.make_domain_importable()
    from badgedata.clock import parse_rfc3339

    try:
        return parse_rfc3339(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _run(options: argparse.Namespace) -> int:
    deployment.configure(options)
    from badgedata.text import counted

    count = 0
    for markers in _delete_markers(options.since):
        count += len(markers)
        if not options.dry_run:
            _remove(markers)
    outcome = "none restored" if options.dry_run else "restored"
    print(f"{counted(count, 'image')} deleted since {options.since}: {outcome}")
    return 0


def _delete_markers(since: datetime) -> Iterator[list["ObjectIdentifierTypeDef"]]:
    from badgedata.aws import s3
    from badgedata.config import config

    for page in s3().get_paginator("list_object_versions").paginate(Bucket=config().images_bucket):
        yield [
            {"Key": marker["Key"], "VersionId": marker["VersionId"]}
            for marker in page.get("DeleteMarkers", [])
            if marker["IsLatest"] and marker["LastModified"] >= since
        ]


def _remove(markers: list["ObjectIdentifierTypeDef"]) -> None:
    from badgedata.aws import s3
    from badgedata.config import config

    if markers:
        response = s3().delete_objects(Bucket=config().images_bucket, Delete={"Objects": markers, "Quiet": True})
        for error in response.get("Errors", []):
            raise ClientError(
                {"Error": {"Code": error.get("Code", ""), "Message": error.get("Key", "")}}, "DeleteObjects"
            )


if __name__ == "__main__":
    sys.exit(main())
