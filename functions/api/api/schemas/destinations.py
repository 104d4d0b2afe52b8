"""The JSON for delivery destinations, in requests and responses."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from badgedata.delivery.request import MAX_PREFIX_BYTES

from .document import Document, Time

Bucket = Annotated[
    str, Field(description="The name of a general purpose S3 bucket", examples=["example-badge-exports"])
]
Prefix = Annotated[
    str,
    Field(
        description=f"The prefix for the keys of delivered objects: at most {MAX_PREFIX_BYTES} bytes in UTF-8. A "
        "trailing slash is optional",
        examples=["exports/badges"],
    ),
]
Region = Annotated[str, Field(description="The bucket's region", examples=["eu-west-1"])]
RoleArn = Annotated[
    str,
    Field(
        description="The role that is allowed to write to the bucket. It must be in the bucket's AWS account",
        examples=["arn:aws:iam::111122223333:role/badge-exports"],
    ),
]


class DestinationRequest(BaseModel):
    """The new destination's bucket, prefix, region, and role."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    bucket: Bucket
    prefix: Prefix = ""
    region: Annotated[
        str | None, Field(description="The bucket's region. The default is the region of this deployment")
    ] = None
    role_arn: RoleArn


class DeliveryFault(Document):
    """The reason for a failed delivery or destination test."""

    code: str
    message: str


class DestinationTest(Document):
    """The result of testing a destination."""

    at: Time
    ok: bool
    error: Annotated[
        DeliveryFault | None, Field(description="The reason why the test failed. Absent if it succeeded")
    ] = None


class DestinationDocument(Document):
    """An organization's destination: the bucket, the access settings, and the result of the last test."""

    bucket: Bucket
    prefix: Prefix
    region: Region
    role_arn: RoleArn
    principal: Annotated[
        str, Field(description="This product's role, which the trust policy of `roleArn` must name as the principal")
    ]
    external_id: Annotated[
        str,
        Field(
            description="A random external ID, which the trust policy of `roleArn` must require. It stays the same "
            "when the destination changes"
        ),
    ]
    created_at: Annotated[str, Field(description="When the destination was last set. RFC 3339, UTC")]
    created_by: str
    last_test: DestinationTest | None = None
