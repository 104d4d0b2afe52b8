"""Routes for access tokens: create, list, read, and delete them."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata.identifiers import ENTITY_ID
from badgedata.records.tokens import Token
from badgedata.tokens import lifecycle, request
from badgedata.tokens.request import TokenSpecification

from ..http.base_url import base_url_of
from ..http.callers import caller_of
from ..http.cursors import read_cursor
from ..http.lookups import require_record
from ..http.pages import page_of
from ..http.parameters import Cursor, Limit, OrganizationId, TokenId
from ..openapi.responses import PEOPLE_ONLY, responses
from ..schemas.tokens import NewToken, TokenDocument, TokenList, TokenRequest

router = APIGatewayRouter()

TAGS = ["Access tokens"]


@router.post(
    "/organizations/<organizationId>/tokens",
    summary="Create an access token",
    description="The response contains the token's secret, which can't be read again. Admins can create tokens with "
    "any role in the organization. Owners of an issuer can create tokens for that issuer. A token never gives more "
    "access than its creator currently has.",
    tags=TAGS,
    responses=responses(201, "The token and its secret", 400, 403, 404, 409, 413, 422, location="The token's URL"),
    openapi_extensions=PEOPLE_ONLY,
)
def create_token(organization_id: OrganizationId, token: Annotated[TokenRequest, Body()]) -> Response[NewToken]:
    """Create an access token and return it with its secret."""
    granted = request.administration(caller_of(router), organization_id)
    specification = TokenSpecification(token.name, token.role, token.expires_at, token.issuer_id)
    created, secret = request.create(specification, granted)
    return Response(
        status_code=201,
        content_type="application/json",
        body=NewToken.model_validate(_values(created) | {"secret": secret}),
        headers={"Location": f"{base_url_of(router)}/organizations/{organization_id}/tokens/{created.id}"},
    )


@router.get(
    "/organizations/<organizationId>/tokens",
    summary="List access tokens",
    description="Admins see all of the organization's access tokens. An issuer's owners see the issuer's tokens.",
    tags=TAGS,
    responses=responses(200, "A page of access tokens, newest first", 403, 404, 422),
    openapi_extensions=PEOPLE_ONLY,
)
def tokens(organization_id: OrganizationId, limit: Limit = 20, cursor: Cursor = None) -> TokenList:
    """Return a page of the access tokens that the caller manages."""
    granted = request.administration(caller_of(router), organization_id)
    list_name = f"tokens of organization#{organization_id}"
    after = read_cursor(list_name, cursor, ENTITY_ID)
    records = (token for token in granted.tokens() if after is None or token.id < after)
    page = page_of(list_name, records, _document, lambda token: token.id, limit)
    return TokenList(items=page.items, next_cursor=page.next_cursor)


@router.get(
    "/organizations/<organizationId>/tokens/<tokenId>",
    summary="Get an access token",
    tags=TAGS,
    responses=responses(200, "The access token, without its secret", 403, 404),
    openapi_extensions=PEOPLE_ONLY,
)
def token(organization_id: OrganizationId, token_id: TokenId) -> TokenDocument:
    """Return an access token that the caller manages, without its secret."""
    granted = request.administration(caller_of(router), organization_id)
    return _document(require_record(granted.find, token_id, "access token"))


@router.delete(
    "/organizations/<organizationId>/tokens/<tokenId>",
    summary="Delete an access token",
    description="The token stops working within one minute. Schedules created with the token stop when they are next "
    "due, without exporting.",
    tags=TAGS,
    responses=responses(204, "The access token is deleted", 403, 404),
    openapi_extensions=PEOPLE_ONLY,
)
def delete_token(organization_id: OrganizationId, token_id: TokenId) -> Response[None]:
    """Delete an access token. Later requests with the token are rejected."""
    granted = request.administration(caller_of(router), organization_id)
    lifecycle.remove(require_record(granted.find, token_id, "access token"), granted.email)
    return Response(status_code=204)


def _document(token: Token) -> TokenDocument:
    return TokenDocument.model_validate(_values(token))


def _values(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "role": token.role,
        "issuerId": token.issuer_id,
        "createdAt": token.created_at,
        "createdBy": token.created_by,
        "expiresAt": token.valid_until,
        "lastUsedAt": token.last_used_at,
    }
