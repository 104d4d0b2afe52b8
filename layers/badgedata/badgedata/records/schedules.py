"""Schedules in the Operations table: recurring exports, schedule counts per scope, and postponed runs."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from badgedata.records.record import ByDueTime, ByScope, ExpiringRecord, JsonText, OperationsTable, Record


class Schedule(Record):
    """A recurring export. The schedule with the same ID in EventBridge Scheduler is reconciled with this record.

    `status` is `active`, `paused`, `stopped`, `creating`, or `deleting`. The API doesn't show the last two statuses.
    Each change sets a new `revision`. A schedule that has never been changed has no revision.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="schedule")
    id = UnicodeAttribute()
    scope = UnicodeAttribute()
    scope_type = UnicodeAttribute(attr_name="scopeType")
    scope_id = UnicodeAttribute(attr_name="scopeId")
    name = UnicodeAttribute()
    kind = UnicodeAttribute()
    options: JsonText = JsonText()
    expression = UnicodeAttribute()
    time_zone = UnicodeAttribute(attr_name="timeZone")
    period = UnicodeAttribute(null=True)
    notify = BooleanAttribute(default=False)
    deliver = BooleanAttribute(default=False)
    status = UnicodeAttribute(default="creating")
    reason = UnicodeAttribute(null=True)
    organization_id = UnicodeAttribute(null=True, attr_name="organizationId")  # version 0.1 didn't store it
    issuer_id = UnicodeAttribute(null=True, attr_name="issuerId")  # version 0.2 didn't store it
    requested_by = UnicodeAttribute(attr_name="requestedBy")
    token_id = UnicodeAttribute(null=True, attr_name="tokenId")  # of the access token that is responsible
    created_at = UnicodeAttribute(attr_name="createdAt")
    revision = UnicodeAttribute(null=True)
    last_run_at = UnicodeAttribute(null=True, attr_name="lastRunAt")
    last_export_id = UnicodeAttribute(null=True, attr_name="lastExportId")
    due = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True, attr_name="dueAt")
    by_scope = ByScope()
    by_due_time = ByDueTime()

    @staticmethod
    def key(schedule_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of a schedule."""
        return f"schedule#{schedule_id}", "schedule"

    @staticmethod
    def list_key(scope_key: str) -> str:
        """Return the key of a scope's list of schedules, which is separate from its list of exports."""
        return f"schedules of {scope_key}"


class ScheduleCount(Record):
    """The number of schedules in a scope or an organization.

    The transaction that creates or deletes a schedule also updates this number.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="schedule-count")
    schedules = NumberAttribute(default=0)

    @staticmethod
    def key(scope_key: str) -> tuple[str, str]:
        """Return the partition key and the sort key of a scope's count."""
        return scope_key, "schedule-count"

    @staticmethod
    def organization_key(organization_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of an organization's count."""
        return f"organization#{organization_id}", "schedule-count"


class ScheduleTarget(Record):
    """A fingerprint of the target that was last set for all schedules.

    The sweeper uses the fingerprint to detect that the target has changed.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="target")
    fingerprint = UnicodeAttribute()

    @staticmethod
    def key() -> tuple[str, str]:
        """Return the partition key and the sort key of the single `ScheduleTarget` record."""
        return "schedules", "target"


class PostponedRun(ExpiringRecord):
    """A schedule's latest postponed run, which the sweeper retries.

    The sweeper retries runs in the order of `due_at`. When a later run replaces a postponed run, `due_at` doesn't
    change.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    schedule_id = UnicodeAttribute(attr_name="scheduleId")
    scheduled_time = UnicodeAttribute(attr_name="scheduledTime")
    organization_id = UnicodeAttribute(attr_name="organizationId")
    due = UnicodeAttribute()
    due_at = UnicodeAttribute(attr_name="dueAt")
    by_due_time = ByDueTime()

    @staticmethod
    def key(schedule_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of a schedule's postponed run."""
        return f"schedule#{schedule_id}", "waiting-run"
