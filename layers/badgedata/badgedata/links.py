"""Presigned links to what is in S3: each is for one object, works for anyone who has it, and ends by itself."""

import math
from typing import Any, Final, Literal, NamedTuple

from badgedata import aws

MAX_LINK_SECONDS: Final = 15 * 60

type Operation = Literal["get_object", "head_object"]


class Link(NamedTuple):
    """An address that works for so many seconds from now."""

    url: str
    seconds: int


def presigned(operation: Operation, **parameters: Any) -> Link:
    """Sign a request to S3 for whoever is to send it.

    S3 refuses a link once the session whose credentials signed it has ended, so a link lasts no longer than its session
    where the end of that is known (docs/security.md, "Links").
    """
    # This comes first, because it makes botocore renew credentials that are about to end.
    left = aws.session_seconds()
    seconds = MAX_LINK_SECONDS if left is None else max(1, min(MAX_LINK_SECONDS, math.floor(left)))
    return Link(aws.s3().generate_presigned_url(operation, Params=parameters, ExpiresIn=seconds), seconds)
