"""Destination routes: set, read, test, and delete an organization's destination. Only admins may use these routes."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata.config import config
from badgedata.delivery import checking, destinations
from badgedata.delivery.request import read_settings
from badgedata.records.deliveries import Destination

from ..http.callers import caller_of
from ..http.parameters import OrganizationId
from ..openapi.responses import responses
from ..schemas.destinations import DestinationDocument, DestinationRequest

router = APIGatewayRouter()

TAGS = ["Delivery"]


@router.get(
    "/organizations/<organizationId>/destination",
    summary="Get an organization's destination",
    tags=TAGS,
    responses=responses(200, "The destination", 403, 404),
)
def destination(organization_id: OrganizationId) -> DestinationDocument:
    """Return an organization's destination and the last test result."""
    organization = caller_of(router).administered_organization(organization_id)
    return _document(destinations.require(organization.entity_id))


@router.put(
    "/organizations/<organizationId>/destination",
    summary="Set an organization's destination",
    description="Sets or changes the bucket that receives the files of exports with `deliver`. The settings are not "
    "tested. The external ID stays the same when a destination is changed.",
    tags=TAGS,
    responses=responses(200, "The destination", 400, 403, 404, 409, 413, 422),
)
def set_destination(
    organization_id: OrganizationId, destination: Annotated[DestinationRequest, Body()]
) -> DestinationDocument:
    """Set or change an organization's destination, and return the destination."""
    caller = caller_of(router)
    organization = caller.administered_organization(organization_id)
    settings = read_settings(destination.bucket, destination.prefix, destination.region, destination.role_arn)
    return _document(destinations.set_destination(organization, settings, caller.name))


@router.delete(
    "/organizations/<organizationId>/destination",
    summary="Delete an organization's destination",
    description="Delivered files are kept. Pending deliveries wait up to 13 days for a new destination.",
    tags=TAGS,
    responses=responses(204, "The destination is deleted", 403, 404, 409),
)
def delete_destination(organization_id: OrganizationId) -> Response[None]:
    """Delete an organization's destination. Delivered files are kept."""
    caller = caller_of(router)
    destinations.delete(caller.administered_organization(organization_id), caller.name)
    return Response(status_code=204)


@router.post(
    "/organizations/<organizationId>/destination/test",
    summary="Test an organization's destination",
    description="Assumes the role, writes a small object to the bucket in the same way as a delivery, and deletes the "
    "object. `lastTest` in the response shows whether the test succeeded and, if it failed, the reason.",
    tags=TAGS,
    responses=responses(200, "The destination, including the test result", 403, 404, 409),
)
def test_destination(organization_id: OrganizationId) -> DestinationDocument:
    """Test an organization's destination by writing to it, and return the destination with the test result."""
    caller = caller_of(router)
    organization = caller.administered_organization(organization_id)
    result = checking.request_check(destinations.require(organization.entity_id), organization.entity_id)
    return _document(destinations.record_test(organization, result.revision, result.code, result.error, caller.name))


def _document(destination: Destination) -> DestinationDocument:
    document: dict[str, Any] = {
        "bucket": destination.bucket,
        "prefix": destination.prefix,
        "region": destination.region,
        "roleArn": destination.role_arn,
        "principal": config().delivery_principal_arn,
        "externalId": destination.external_id,
        "createdAt": destination.created_at,
        "createdBy": destination.created_by,
    }
    if destination.tested_at is not None:
        document["lastTest"] = {"at": destination.tested_at, "ok": destination.test_error_code is None}
        if destination.test_error_code is not None:
            document["lastTest"]["error"] = {"code": destination.test_error_code, "message": destination.test_error}
    return DestinationDocument.model_validate(document)
