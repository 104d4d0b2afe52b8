"""Look around: the caller's roles, organizations, issuers and badge classes."""

from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata import addresses
from badgedata.access import find_issuer, find_organization
from badgedata.cursors import read_cursor, write_cursor
from badgedata.records.directory import BadgeClass, Issuer, Organization
from base_url import base_url_of
from callers import caller_of
from documents import (
    BadgeClassDocument,
    BadgeClassList,
    IssuerDocument,
    IssuerList,
    Me,
    Membership,
    NamedIssuer,
    OrganizationDocument,
)
from openapi import answers
from parameters import BadgeClassId, Cursor, IssuerId, Limit, OrganizationId

router = APIGatewayRouter()

TAGS = ["Look around"]


@router.get("/me", summary="Who am I, and what may I see", tags=TAGS, responses=answers(200, "You and your roles"))
def me() -> Me:
    caller = caller_of(router)
    memberships = []
    for member in caller.memberships:
        organization = find_organization(member.organization_id)
        issuer = find_issuer(member.issuer_id) if member.issuer_id else None
        if organization is not None and (issuer is not None or member.issuer_id is None):
            memberships.append(
                Membership.model_validate(
                    {
                        "role": member.role,
                        "organization": _organization(organization),
                        "issuer": NamedIssuer(id=issuer.entity_id, name=issuer.name) if issuer else None,
                    }
                )
            )
    return Me(email=caller.email, memberships=memberships)


@router.get(
    "/organizations/<organizationId>",
    summary="An organization",
    tags=TAGS,
    responses=answers(200, "The organization", 404),
)
def organization(organization_id: OrganizationId) -> OrganizationDocument:
    found, _ = caller_of(router).organization(organization_id)
    return _organization(found)


@router.get(
    "/organizations/<organizationId>/issuers",
    summary="An organization's issuers",
    tags=TAGS,
    responses=answers(200, "A page of issuers, by id", 404, 422),
)
def issuers(organization_id: OrganizationId, limit: Limit = 100, cursor: Cursor = None) -> IssuerList:
    caller_of(router).organization(organization_id)
    base_url = base_url_of(router)
    items, next_cursor = _children(Issuer, Issuer.parent_key(organization_id), limit, cursor)
    return IssuerList(items=[_issuer(item, base_url) for item in items], next_cursor=next_cursor)


@router.get("/issuers/<issuerId>", summary="An issuer", tags=TAGS, responses=answers(200, "The issuer", 404))
def issuer(issuer_id: IssuerId) -> IssuerDocument:
    found, _ = caller_of(router).issuer(issuer_id)
    return _issuer(found, base_url_of(router))


@router.get(
    "/issuers/<issuerId>/badge-classes",
    summary="An issuer's badge classes",
    tags=TAGS,
    responses=answers(200, "A page of badge classes, by id", 404, 422),
)
def badge_classes(issuer_id: IssuerId, limit: Limit = 100, cursor: Cursor = None) -> BadgeClassList:
    caller_of(router).issuer(issuer_id)
    base_url = base_url_of(router)
    items, next_cursor = _children(BadgeClass, BadgeClass.parent_key(issuer_id), limit, cursor)
    return BadgeClassList(items=[_badge_class(item, base_url) for item in items], next_cursor=next_cursor)


@router.get(
    "/badge-classes/<badgeClassId>",
    summary="A badge class",
    tags=TAGS,
    responses=answers(200, "The badge class", 404),
)
def badge_class(badge_class_id: BadgeClassId) -> BadgeClassDocument:
    found, _, _ = caller_of(router).badge_class(badge_class_id)
    return _badge_class(found, base_url_of(router))


def _children(
    model: type[Issuer] | type[BadgeClass], parent: str, limit: int, cursor: str | None
) -> tuple[list[Any], str | None]:
    after = read_cursor(parent, cursor)
    condition = model.entity_id > after if after is not None else None
    found = list(model.children.query(parent, condition, limit=limit + 1))
    more = len(found) > limit
    return found[:limit], write_cursor(parent, found[limit - 1].entity_id) if more else None


def _organization(organization: Organization) -> OrganizationDocument:
    return OrganizationDocument.model_validate(
        {"id": organization.entity_id, "name": organization.name, "plan": organization.plan}
    )


def _issuer(issuer: Issuer, base_url: str) -> IssuerDocument:
    return IssuerDocument(
        id=issuer.entity_id,
        organization_id=issuer.organization_id,
        name=issuer.name,
        url=issuer.url,
        email=issuer.email,
        description=issuer.description,
        image=addresses.image_url(addresses.issuer_url(base_url, issuer.entity_id), issuer.image),
    )


def _badge_class(badge_class: BadgeClass, base_url: str) -> BadgeClassDocument:
    return BadgeClassDocument(
        id=badge_class.entity_id,
        issuer_id=badge_class.issuer_id,
        name=badge_class.name,
        description=badge_class.description,
        image=addresses.image_url(addresses.badge_class_url(base_url, badge_class.entity_id), badge_class.image),
        criteria=badge_class.criteria.as_dict() if badge_class.criteria else None,
        alignment=[dict(item) for item in badge_class.alignment or []],
        tags=list(badge_class.tags or []),
        created_at=badge_class.created_at,
    )
