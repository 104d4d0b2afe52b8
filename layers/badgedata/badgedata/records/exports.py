"""Exports in the Operations table: jobs and their segments, active-export counts, links, and idempotency keys."""

import hashlib

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from badgedata.identifiers import comparable_address
from badgedata.records.record import ByDueTime, ByScope, ExpiringRecord, JsonText, OperationsTable, Record


class Export(ExpiringRecord):
    """A job that writes stored data to one file. The record contains the job's settings, status, and object key."""

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="export")
    id = UnicodeAttribute()
    scope = UnicodeAttribute()
    scope_type = UnicodeAttribute(attr_name="scopeType")
    scope_id = UnicodeAttribute(attr_name="scopeId")
    scope_name = UnicodeAttribute(attr_name="scopeName")
    organization_id = UnicodeAttribute(attr_name="organizationId")
    issuer_id = UnicodeAttribute(null=True, attr_name="issuerId")  # version 0.2 didn't store it
    schedule_id = UnicodeAttribute(null=True, attr_name="scheduleId")
    kind = UnicodeAttribute()
    options: JsonText = JsonText()
    notify = BooleanAttribute(default=False)
    deliver = BooleanAttribute(default=False)
    status = UnicodeAttribute(default="queued")
    requested_by = UnicodeAttribute(attr_name="requestedBy")
    token_id = UnicodeAttribute(null=True, attr_name="tokenId")  # of the access token that requested the export
    created_at = UnicodeAttribute(attr_name="createdAt")
    started_at = UnicodeAttribute(null=True, attr_name="startedAt")
    finished_at = UnicodeAttribute(null=True, attr_name="finishedAt")
    expected_rows = NumberAttribute(null=True, attr_name="expectedRows")
    rows = NumberAttribute(null=True)
    bytes = NumberAttribute(null=True)
    sha256 = UnicodeAttribute(null=True)
    contents: JsonText = JsonText(null=True)
    truncated_cells = NumberAttribute(null=True, attr_name="truncatedCells")
    file_name = UnicodeAttribute(attr_name="fileName")
    object_key = UnicodeAttribute(null=True, attr_name="objectKey")
    file_expires_at = UnicodeAttribute(null=True, attr_name="fileExpiresAt")
    expired_at = UnicodeAttribute(null=True, attr_name="expiredAt")
    deleted_by = UnicodeAttribute(null=True, attr_name="deletedBy")
    deleted_at = UnicodeAttribute(null=True, attr_name="deletedAt")
    email_id = UnicodeAttribute(null=True, attr_name="emailId")
    email_claimed_at = UnicodeAttribute(null=True, attr_name="emailClaimedAt")
    email_outcome = UnicodeAttribute(null=True, attr_name="emailOutcome")
    error_code = UnicodeAttribute(null=True, attr_name="errorCode")
    error_message = UnicodeAttribute(null=True, attr_name="errorMessage")
    open_segments = NumberAttribute(null=True, attr_name="openSegments")
    due = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True, attr_name="dueAt")
    by_scope = ByScope()
    by_due_time = ByDueTime()

    @staticmethod
    def key(export_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of an export."""
        return f"export#{export_id}", "export"


class Segment(ExpiringRecord):
    """A contiguous section of an export, and its checkpoint. Only one worker at a time writes the section.

    `start`, `end`, and `cursor` are positions in the export's row order. `attempts` is the number of attempts since the
    segment last made progress. `start_overs` is the number of times that the segment's upload was lost. Progress
    doesn't reset `start_overs`.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    start = UnicodeAttribute(default="")
    end = UnicodeAttribute(null=True)
    status = UnicodeAttribute(default="open")
    owner = UnicodeAttribute(null=True)
    lease_until = UnicodeAttribute(null=True, attr_name="leaseUntil")
    rows_seen = NumberAttribute(attr_name="rowsSeen", default=0)
    cursor = UnicodeAttribute(default="")
    rows = NumberAttribute(default=0)
    bytes = NumberAttribute(default=0)
    object_key = UnicodeAttribute(null=True, attr_name="objectKey")
    upload_id = UnicodeAttribute(null=True, attr_name="uploadId")
    parts = NumberAttribute(default=0)
    tail_key = UnicodeAttribute(null=True, attr_name="tailKey")
    completing = BooleanAttribute(default=False)
    attempts = NumberAttribute(default=0)
    start_overs = NumberAttribute(attr_name="startOvers", null=True)

    @staticmethod
    def key(export_id: str, start: str) -> tuple[str, str]:
        """Return the partition key and the sort key of an export's segment."""
        return f"export#{export_id}", f"segment#{start}"

    @staticmethod
    def assembly_key(export_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of an export's assembly, which joins the segments."""
        return f"export#{export_id}", "assembly"


class ActiveExports(Record):
    """The number of an organization's queued and running exports.

    The transaction that changes an export's status also updates this number.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="active-exports")
    active = NumberAttribute(default=0)

    @staticmethod
    def key(organization_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of an organization's count of active exports."""
        return f"organization#{organization_id}", "active-exports"


class HandedOutLink(ExpiringRecord):
    """A marker for a caller who received a download link for an export's file. The marker expires with the link."""

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    @staticmethod
    def key(export_id: str, identity: str) -> tuple[str, str]:
        """Return the partition key and the sort key of the marker. `identity` identifies the caller."""
        return f"export#{export_id}", f"link#{hashlib.sha256(comparable_address(identity).encode()).hexdigest()[:32]}"


class IdempotencyKey(ExpiringRecord):
    """The export that a request with a given Idempotency-Key created. The record expires after 24 hours."""

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="idempotency-key")
    request_hash = UnicodeAttribute(attr_name="requestHash")
    export_id = UnicodeAttribute(attr_name="exportId")

    @staticmethod
    def key(identity: str, idempotency_key: str) -> tuple[str, str]:
        """Return the partition key and the sort key of the record. `identity` identifies the caller or the schedule."""
        return f"idempotency#{comparable_address(identity)}#{idempotency_key}", "idempotency-key"
