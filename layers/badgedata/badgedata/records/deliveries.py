"""Deliveries in the Operations table: organizations' destinations, and the delivery of export files to them."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from badgedata.records.record import ByDueTime, ExpiringRecord, JsonText, OperationsTable, Record

DUE_DELIVERIES = "delivery"
"""The partition of pending deliveries in the `by-due-time` index."""


class Destination(Record):
    """The S3 bucket that receives an organization's files and the role to assume when writing to the bucket.

    Each change sets a new `revision`. The external ID is generated when the record is created, and never changes.
    Callers can't choose the external ID, because they might choose another organization's external ID.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="destination")
    bucket = UnicodeAttribute()
    prefix = UnicodeAttribute(default="")
    region = UnicodeAttribute()
    role_arn = UnicodeAttribute(attr_name="roleArn")
    external_id = UnicodeAttribute(attr_name="externalId")
    revision = UnicodeAttribute()
    created_at = UnicodeAttribute(attr_name="createdAt")
    created_by = UnicodeAttribute(attr_name="createdBy")
    tested_at = UnicodeAttribute(null=True, attr_name="testedAt")
    test_error_code = UnicodeAttribute(null=True, attr_name="testErrorCode")
    test_error = UnicodeAttribute(null=True, attr_name="testError")

    @staticmethod
    def key(organization_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of an organization's destination."""
        return f"organization#{organization_id}", "destination"

    @property
    def organization_id(self) -> str:
        """The ID of the organization, which is part of the partition key."""
        return str(self.pk).partition("#")[2]


class Delivery(ExpiringRecord):
    """The delivery of an export's file, including its checkpoint.

    No attempt begins before `next_attempt_at`. `upload_id` and `parts` describe the progress of a multipart upload.
    `upload_target` is the upload's bucket, which may no longer be the organization's destination.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="delivery")
    export_id = UnicodeAttribute(attr_name="exportId")
    organization_id = UnicodeAttribute(attr_name="organizationId")
    issuer_id = UnicodeAttribute(null=True, attr_name="issuerId")
    status = UnicodeAttribute(default="pending")
    bucket = UnicodeAttribute(null=True)
    key_in_bucket = UnicodeAttribute(null=True, attr_name="key")
    attempts = NumberAttribute(default=0)
    created_at = UnicodeAttribute(attr_name="createdAt")
    ended_at = UnicodeAttribute(null=True, attr_name="endedAt")
    error_code = UnicodeAttribute(null=True, attr_name="errorCode")
    error = UnicodeAttribute(null=True)
    gives_up_at = UnicodeAttribute(attr_name="givesUpAt")
    next_attempt_at = UnicodeAttribute(attr_name="nextAttemptAt")
    owner = UnicodeAttribute(null=True)
    lease_until = UnicodeAttribute(null=True, attr_name="leaseUntil")
    upload_id = UnicodeAttribute(null=True, attr_name="uploadId")
    upload_target: JsonText = JsonText(null=True, attr_name="uploadTarget")
    parts = NumberAttribute(default=0)
    due = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True, attr_name="dueAt")
    by_due_time = ByDueTime()

    @staticmethod
    def key(export_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of an export's delivery."""
        return f"export#{export_id}", "delivery"
