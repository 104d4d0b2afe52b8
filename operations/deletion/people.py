"""Delete an organization's members, and the accounts of members who have no role in another organization."""

from collections.abc import Callable, Iterator
from functools import partial

from badgedata.records.directory import Member
from operations.deletion.step import DeletionStep


def members(organization_id: str) -> Iterator[DeletionStep]:
    """Yield the steps that delete all roles in an organization and its issuers."""
    for member in Member.children.query(Member.parent_key(organization_id)):
        yield DeletionStep("members", 1, member.delete)


def accounts(organization_id: str, delete_account: Callable[[str], None]) -> Iterator[DeletionStep]:
    """Yield the steps that delete the accounts of members who have no role in another organization.

    Parameters
    ----------
    delete_account
        A function that takes an email address and deletes the account if it exists.
    """
    for member in Member.children.query(Member.parent_key(organization_id)):
        roles = list(Member.query(member.pk, consistent_read=True))
        here = [role.sk for role in roles if role.organization_id == organization_id]
        if len(here) == len(roles) and member.sk == min(here, default=None):  # yield each person only once
            email = member.pk.removeprefix("member#")
            yield DeletionStep("accounts", 1, partial(delete_account, email))
