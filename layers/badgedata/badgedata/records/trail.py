"""The trail in the Operations table: append-only entries that record who did what in an organization."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from badgedata.records.record import ByScope, ExpiringRecord, JsonText, OperationsTable


class TrailEntry(ExpiringRecord):
    """One action. Entries are stored once, and never overwritten. No function is allowed to change or delete them.

    `id` sorts by time. Only entries that concern an issuer have a `scope`, which puts them into the issuer's trail.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    id = UnicodeAttribute()
    scope = UnicodeAttribute(null=True)
    organization_id = UnicodeAttribute(attr_name="organizationId")
    issuer_id = UnicodeAttribute(null=True, attr_name="issuerId")
    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    action = UnicodeAttribute()
    target_type = UnicodeAttribute(attr_name="targetType")
    target_id = UnicodeAttribute(attr_name="targetId")
    target_name = UnicodeAttribute(attr_name="targetName")
    details: JsonText = JsonText()
    by_scope = ByScope()

    @staticmethod
    def key(organization_id: str, entry_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of an entry of an organization's trail."""
        return TrailEntry.partition(organization_id), entry_id

    @staticmethod
    def partition(organization_id: str) -> str:
        """Return the partition key of an organization's trail."""
        return f"trail#{organization_id}"

    @staticmethod
    def list_key(issuer_id: str) -> str:
        """Return the key of an issuer's trail."""
        return f"trail of issuer#{issuer_id}"

    def get_save_kwargs_from_instance(self, condition: Condition | None = None, *args: Any, **kwargs: Any) -> Any:
        """Return the arguments for saving this entry in a transaction, which never overwrites an entry."""
        new: Condition = TrailEntry.pk.does_not_exist()
        return super().get_save_kwargs_from_instance(new if condition is None else new & condition, *args, **kwargs)
