"""Directory routes: list the caller's roles, and read organizations, issuers, and badge classes."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import batched
from typing import Annotated, Any, Final, NamedTuple

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata import published
from badgedata.access import Caller, badge_classes_by_id, issuers_by_id, organizations_by_id
from badgedata.delivery import destinations
from badgedata.identifiers import ENTITY_ID
from badgedata.records.directory import BadgeClass, Issuer, Member, Organization
from badgedata.search import Entry, SortOrder, entries_of, entry_at, find, position_text

from ..http.base_url import base_url_of
from ..http.callers import caller_of
from ..http.cursors import read_cursor, write_cursor
from ..http.pages import Page, page_of
from ..http.parameters import BadgeClassId, Cursor, IssuerId, Limit, OrganizationId
from ..openapi.responses import responses
from ..schemas.directory import (
    BadgeClassDocument,
    BadgeClassList,
    IssuerDocument,
    IssuerList,
    Me,
    Membership,
    NamedIssuer,
    OrganizationDocument,
)
from ..schemas.document import Document

router = APIGatewayRouter()

TAGS = ["Directory"]
MEMBERSHIPS: Final = re.compile(f"(?:issuer|organization)#{ENTITY_ID.pattern}")
"""The format of a position in the list of memberships, such as ``issuer#ISS``."""

PLACES: Final = re.compile(f"({ENTITY_ID.pattern})/(.*)", re.DOTALL)
"""The format of a position in a searched or sorted list: ``ID/SORT-TEXT``."""

Search = Annotated[
    str,
    Query(
        max_length=200,
        description="Only items whose name or ID contains all of these words, in any order, regardless of "
        "case and accents",
    ),
]
Sort = Annotated[
    SortOrder | None,
    Query(
        description="`name` sorts alphabetically, with numbers in numerical order. `recent` sorts by `createdAt`, "
        "newest first. By default, items are sorted by ID"
    ),
]

MEMBERSHIPS_AT_ONCE: Final = 100  # the maximum number of items in one BatchGetItem


@router.get(
    "/me",
    summary="Get the caller and their roles",
    tags=TAGS,
    responses=responses(200, "The caller and a page of their roles", 422),
)
def me(cursor: Cursor = None) -> Me:
    """Return the caller and a page of the caller's memberships."""
    caller = caller_of(router)
    list_name = f"memberships of {caller.identity.lower()}"
    after = read_cursor(list_name, cursor, MEMBERSHIPS) or ""
    held = [member for member in caller.memberships if member.sk > after]
    page = page_of(list_name, _with_names(held), partial(_membership, caller), lambda named: named.member.sk)
    token = None if caller.token is None else caller.token.name
    return Me(email=caller.email, token=token, memberships=page.items, next_cursor=page.next_cursor)


@router.get(
    "/organizations/<organizationId>",
    summary="Get an organization",
    tags=TAGS,
    responses=responses(200, "The organization", 404),
)
def organization(organization_id: OrganizationId) -> OrganizationDocument:
    """Return an organization that the caller has access to."""
    caller = caller_of(router)
    record, _ = caller.organization(organization_id)
    return _organization(record, destinations.buckets_of({organization_id}).get(organization_id), caller)


@router.get(
    "/organizations/<organizationId>/issuers",
    summary="List an organization's issuers",
    tags=TAGS,
    responses=responses(200, "A page of issuers", 404, 422),
)
def issuers(
    organization_id: OrganizationId,
    search: Search = "",
    sort: Sort = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> IssuerList:
    """Return a page of an organization's issuers."""
    caller_of(router).organization(organization_id)
    write = partial(_issuer, base_url_of(router))
    parent = Issuer.parent_key(organization_id)
    page, total = _listed(Issuer, parent, issuers_by_id, write, search, sort, limit, cursor)
    return IssuerList(items=page.items, total=total, next_cursor=page.next_cursor)


@router.get("/issuers/<issuerId>", summary="Get an issuer", tags=TAGS, responses=responses(200, "The issuer", 404))
def issuer(issuer_id: IssuerId) -> IssuerDocument:
    """Return an issuer that the caller has access to."""
    record, _ = caller_of(router).issuer(issuer_id)
    return _issuer(base_url_of(router), record)


@router.get(
    "/issuers/<issuerId>/badge-classes",
    summary="List an issuer's badge classes",
    tags=TAGS,
    responses=responses(200, "A page of badge classes", 404, 422),
)
def badge_classes(
    issuer_id: IssuerId,
    search: Search = "",
    sort: Sort = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> BadgeClassList:
    """Return a page of an issuer's badge classes."""
    caller_of(router).issuer(issuer_id)
    write = partial(_badge_class, base_url_of(router))
    parent = BadgeClass.parent_key(issuer_id)
    page, total = _listed(BadgeClass, parent, badge_classes_by_id, write, search, sort, limit, cursor)
    return BadgeClassList(items=page.items, total=total, next_cursor=page.next_cursor)


@router.get(
    "/badge-classes/<badgeClassId>",
    summary="Get a badge class",
    tags=TAGS,
    responses=responses(200, "The badge class", 404),
)
def badge_class(badge_class_id: BadgeClassId) -> BadgeClassDocument:
    """Return a badge class that the caller has access to."""
    record, _, _ = caller_of(router).badge_class(badge_class_id)
    return _badge_class(base_url_of(router), record)


def _listed[R, D: Document](
    model: type[Issuer] | type[BadgeClass],
    parent: str,
    read: Callable[[set[str]], Mapping[str, R]],
    document: Callable[[Any], D],
    search: str,
    sort: SortOrder | None,
    limit: int,
    cursor: str | None,
) -> tuple[Page[D], int | None]:
    """Return a page of issuers or badge classes, and the number of matches.

    The number is computed only for the first page of a searched or sorted list.
    """
    if not search.strip() and sort is None:
        return _children(model, parent, document, limit, cursor), None
    matches = _matches(parent, search, sort, limit, cursor)
    return matches.page(read, document), matches.total


def _children[D: Document](
    model: type[Issuer] | type[BadgeClass],
    parent: str,
    document: Callable[[Any], D],
    limit: int,
    cursor: str | None,
) -> Page[D]:
    after = read_cursor(parent, cursor, ENTITY_ID)
    condition = model.entity_id > after if after is not None else None
    records = model.children.query(parent, condition, page_size=limit + 1)
    return page_of(parent, records, document, lambda record: record.entity_id, limit)


class _Matches(NamedTuple):
    """The entries on one page of a searched or sorted list."""

    list_name: str
    sort: SortOrder | None
    entries: list[Entry]
    is_last: bool
    total: int | None

    def page[R, D: Document](self, read: Callable[[set[str]], Mapping[str, R]], document: Callable[[R], D]) -> Page[D]:
        """Return the page, excluding items that were deleted after the index was read."""
        records = read({entry.entity_id for entry in self.entries})
        found = ((entry, records[entry.entity_id]) for entry in self.entries if entry.entity_id in records)
        page = page_of(self.list_name, found, lambda pair: document(pair[1]), lambda pair: self._position(pair[0]))
        if page.next_cursor is None and not self.is_last:
            return Page(page.items, write_cursor(self.list_name, self._position(self.entries[-1])))
        return page

    def _position(self, entry: Entry) -> str:
        return f"{entry.entity_id}/{position_text(entry, self.sort)}"


def _matches(parent: str, search: str, sort: SortOrder | None, limit: int, cursor: str | None) -> _Matches:
    list_name = f"{parent} by {sort or 'id'}, {hashlib.sha256(search.encode()).hexdigest()[:16]}"
    after = PLACES.fullmatch(read_cursor(list_name, cursor, PLACES) or "")
    start = entry_at(after[1], after[2], sort) if after else None
    found = find(entries_of(parent), search, sort, start, limit + 1)
    return _Matches(
        list_name, sort, found.entries[:limit], len(found.entries) <= limit, found.total if cursor is None else None
    )


class _Named(NamedTuple):
    member: Member
    organization: Organization
    issuer: Issuer | None
    bucket: str | None
    """The bucket of the organization's destination, if a destination is set."""


def _with_names(members: list[Member]) -> Iterator[_Named]:
    """Yield each membership with its organization, issuer, and bucket.

    Memberships whose organization or issuer has just been deleted are omitted.
    """
    for batch in batched(members, MEMBERSHIPS_AT_ONCE, strict=False):
        organizations = organizations_by_id({member.organization_id for member in batch})
        buckets = destinations.buckets_of(set(organizations))
        issuers = issuers_by_id({member.issuer_id for member in batch if member.issuer_id})
        for member in batch:
            organization = organizations.get(member.organization_id)
            issuer = issuers.get(member.issuer_id) if member.issuer_id else None
            if organization is not None and (issuer is not None or member.issuer_id is None):
                yield _Named(member, organization, issuer, buckets.get(member.organization_id))


def _membership(caller: Caller, named: _Named) -> Membership:
    issuer = named.issuer
    return Membership.model_validate(
        {
            "role": named.member.role,
            "organization": _organization(named.organization, named.bucket, caller),
            "issuer": NamedIssuer(id=issuer.entity_id, name=issuer.name) if issuer else None,
        }
    )


def _organization(organization: Organization, bucket: str | None, caller: Caller) -> OrganizationDocument:
    return OrganizationDocument.model_validate(
        {
            "id": organization.entity_id,
            "name": organization.name,
            "plan": organization.plan,
            "has_destination": bucket is not None,
            "destination_bucket": bucket if caller.sees_destination(organization.entity_id) else None,
        }
    )


def _issuer(base_url: str, issuer: Issuer) -> IssuerDocument:
    return IssuerDocument(
        id=issuer.entity_id,
        organization_id=issuer.organization_id,
        name=issuer.name,
        url=issuer.url,
        email=issuer.email,
        description=issuer.description,
        image=published.image_url(published.issuer_url(base_url, issuer.entity_id), issuer.image),
        cacheable_image=published.cacheable_image_url(base_url, issuer.image),
        created_at=issuer.created_at,
    )


def _badge_class(base_url: str, badge_class: BadgeClass) -> BadgeClassDocument:
    return BadgeClassDocument(
        id=badge_class.entity_id,
        issuer_id=badge_class.issuer_id,
        name=badge_class.name,
        description=badge_class.description,
        image=published.image_url(published.badge_class_url(base_url, badge_class.entity_id), badge_class.image),
        cacheable_image=published.cacheable_image_url(base_url, badge_class.image),
        criteria=badge_class.criteria.as_dict() if badge_class.criteria else None,
        alignment=[dict(item) for item in badge_class.alignment or []],
        tags=list(badge_class.tags or []),
        created_at=badge_class.created_at,
    )
