"""The JSON for access tokens, in requests and responses."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from badgedata.tokens.request import TokenRole

from .document import ChosenName, Document, EntityId, Time


class TokenRequest(BaseModel):
    """The name, limits, and expiry of an access token to create."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    name: Annotated[
        ChosenName, Field(description="Shown as `token:NAME` in `requestedBy`. Names don't have to be unique")
    ]
    role: Annotated[
        TokenRole, Field(description="The token's highest role. `admin` is allowed only without `issuerId`")
    ]
    issuer_id: Annotated[
        str | None,
        Field(
            max_length=64,
            description="The only issuer that the token is valid for. If omitted, the token is valid for the "
            "organization and all its issuers",
        ),
    ] = None
    expires_at: Annotated[
        str,
        Field(
            max_length=64,
            description="RFC 3339, at most 366 days in the future, truncated to the second",
            examples=["2027-01-31T00:00:00Z"],
        ),
    ]


class TokenDocument(Document):
    """An access token, without its secret."""

    id: EntityId
    name: str
    role: TokenRole
    issuer_id: str | None = None
    created_at: Time
    created_by: Annotated[
        str, Field(description="The email address of the token's creator, whose current roles limit the token's access")
    ]
    expires_at: Time
    last_used_at: Annotated[Time | None, Field(description="RFC 3339, UTC, accurate to 5 minutes")] = None


class NewToken(TokenDocument):
    """A newly created access token, with its secret."""

    secret: Annotated[
        str,
        Field(
            pattern="^bdm_[0-9A-Za-z]{36}$",
            description="Send it as `Authorization: Bearer SECRET`. It is not stored and can't be read again",
        ),
    ]


class TokenList(Document):
    """A page of access tokens, newest first, including those that expired in the last 30 days."""

    items: list[TokenDocument]
    next_cursor: str | None = None
