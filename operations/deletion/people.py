"""An organization's members, and the accounts of those who are nobody else's member."""

from collections.abc import Callable, Iterator
from functools import partial

from badgedata.records.directory import Member
from operations.deletion.found import Found


def members(organization_id: str) -> Iterator[Found]:
    """Find the roles on an organization and its issuers; without them nobody gets at it any more."""
    for member in Member.children.query(Member.parent_key(organization_id)):
        yield Found("members", 1, member.delete)


def accounts(organization_id: str, delete_account: Callable[[str], None]) -> Iterator[Found]:
    """Find the accounts of members who have no role anywhere else.

    Parameters
    ----------
    delete_account
        Deletes the account with an e-mail address, or does nothing where there is none.
    """
    for member in Member.children.query(Member.parent_key(organization_id)):
        roles = list(Member.query(member.pk, consistent_read=True))
        here = [role.sk for role in roles if role.organization_id == organization_id]
        if len(here) == len(roles) and member.sk == min(here, default=None):  # once for each person
            email = member.pk.removeprefix("member#")
            yield Found("accounts", 1, partial(delete_account, email))
