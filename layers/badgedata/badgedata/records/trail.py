"""The Trail table: append-only entries that record who did what in an organization."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from badgedata.config import config
from badgedata.records.record import ExpiringRecord, JsonText


class ByIssuer(GlobalSecondaryIndex[Any]):
    """The index of an issuer's trail: the entries that concern the issuer or one of its badge classes."""

    class Meta:
        index_name = "by-issuer"
        projection = AllProjection()

    issuer_id = UnicodeAttribute(hash_key=True, attr_name="issuerId")
    id = UnicodeAttribute(range_key=True)


class TrailEntry(ExpiringRecord):
    """A recorded action. Entries are never overwritten, and no Lambda function is allowed to change or delete them.

    IDs sort by time. Only entries that concern an issuer have an `issuer_id`, which adds them to the issuer's trail.
    """

    class Meta:
        table_name = config().trail_table

    organization_id = UnicodeAttribute(hash_key=True, attr_name="organizationId")
    id = UnicodeAttribute(range_key=True)
    issuer_id = UnicodeAttribute(null=True, attr_name="issuerId")
    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    action = UnicodeAttribute()
    target_type = UnicodeAttribute(attr_name="targetType")
    target_id = UnicodeAttribute(attr_name="targetId")
    target_name = UnicodeAttribute(attr_name="targetName")
    details: JsonText = JsonText()
    by_issuer = ByIssuer()

    def get_save_kwargs_from_instance(self, condition: Condition | None = None, *args: Any, **kwargs: Any) -> Any:
        """Return the arguments for saving this entry. Saving fails if the entry already exists."""
        new: Condition = TrailEntry.organization_id.does_not_exist()
        return super().get_save_kwargs_from_instance(new if condition is None else new & condition, *args, **kwargs)
