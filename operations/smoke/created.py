"""The resources that a run creates and later deletes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from badgedata.text import counted
from operations.smoke.events import Subscription
from operations.smoke.other_account import OtherAccount
from operations.smoke.people import People
from operations.smoke.tenant import Tenant
from operations.steps import step


@dataclass(frozen=True)
class Created:
    """The resources that a run of the smoke test creates.

    Parameters
    ----------
    other_account
        The bucket and role in another account, or None if `--delivery-profile` isn't specified.
    """

    tenant: Tenant
    people: People
    subscription: Subscription
    other_account: OtherAccount | None

    @classmethod
    def plan(cls, outputs: dict[str, str], delivery_profile: str | None) -> Self:
        """Return the resources that a run will create, based on the stack's outputs."""
        tenant = Tenant()
        organization_id = tenant.names.organization
        return cls(
            tenant,
            People(outputs["UserPoolId"], outputs["UserPoolClientId"]),
            Subscription(outputs["EventBusName"], organization_id),
            OtherAccount(delivery_profile, organization_id) if delivery_profile else None,
        )

    def delete_supporting_resources(self) -> list[str]:
        """Delete the event subscription, and the bucket and role in the other account.

        Returns
        -------
        list of str
            Commands for deleting the resources that couldn't be deleted.
        """
        _attempt("delete the subscription", self.subscription.stop)
        commands = self.subscription.cleanup_commands
        if self.other_account is not None:
            _attempt("delete the bucket and the role", self.other_account.delete)
            commands += self.other_account.cleanup_commands
        return commands

    def delete_tenant(self, deletion_command: str) -> list[str]:
        """Delete the tenant, and delete its users from the user pool.

        Returns
        -------
        list of str
            Commands for deleting the items that couldn't be deleted.
        """
        commands: list[str] = []

        def delete() -> str:
            counts = self.tenant.delete()
            commands.extend(f"aws s3 rm {address}" for address in self.tenant.remaining_objects())
            return counted(counts.total(), "item")

        if not _attempt("delete the tenant", delete):
            commands.append(deletion_command)
        _attempt("delete the accounts", self.people.remove_all)
        return [*commands, *self.people.cleanup_commands]


def _attempt(name: str, delete: Callable[[], str | None]) -> bool:
    """Run a deletion as a step. If it fails, print the reason and return False."""
    try:
        with step(name) as details:
            details.extend(filter(None, [delete()]))
    except (Exception, KeyboardInterrupt) as error:
        print(f"  found:     {error!r}")
        return False
    return True
