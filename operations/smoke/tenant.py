"""The smoke test's temporary tenant, which is loaded and deleted with the operator commands."""

import json
import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from badgedata import clock, stored_images
from badgedata.aws import s3
from badgedata.config import config
from badgedata.records.directory import Learner
from badgedata.records.exports import IdempotencyKey
from badgedata.stored_images import StoredImage
from operations.deletion import organization, table_items
from operations.deletion.organization import UnknownOrganizationError
from operations.loading.images import read_data_uri
from operations.loading.load import load
from operations.loading.reading import read_document
from operations.restored_tables import check_organization
from operations.smoke.document import PREFIX, Json, Names, organization_document

if TYPE_CHECKING:
    from operations.loading.load import LoadResult


class Tenant:
    """An organization with a random ID, so that simultaneous runs don't interfere with each other."""

    def __init__(self) -> None:
        self.names = Names(f"{PREFIX}{secrets.token_hex(6)}")
        # An address of the mailbox simulator of Amazon SES, so that the email about an export can't bounce.
        self.admin = f"success+{self.names.organization}@simulator.amazonses.com"
        self.stranger = f"stranger.{self.names.organization}@example.org"
        self._document = organization_document(self.names, self.admin)
        self._schedules: list[tuple[str, datetime]] = []

    def load(self) -> "LoadResult":
        """Load the tenant, as `make load` would."""
        return load(read_document(json.dumps(self._document).encode()))

    def failed_checks(self) -> list[str]:
        """Check the tenant's items, indexes, and images, and return a description of each failure."""
        return [check.description for check in check_organization(self.names.organization) if not check.passed]

    def remember_schedule(self, schedule_id: str) -> None:
        """Remember a schedule, so that `delete` also deletes the items that its runs write."""
        self._schedules.append((schedule_id, clock.now()))

    def delete(self) -> Counter[str]:
        """Delete the tenant's data, even after an interrupted load. Return the number of deleted items by kind."""
        self._delete_learners()
        try:
            counts = organization.delete(self.names.organization, lambda _: None)
        except UnknownOrganizationError:
            counts = Counter()
        for image in self._loaded_images():  # an interrupted load may have stored an image that no record refers to
            stored_images.delete(image)
        table_items.delete(config().operations_table, self._idempotency_keys())
        return counts

    def remaining_objects(self) -> list[str]:
        """Return the ``s3:`` URIs of the tenant's objects that still exist."""
        organization_id = self.names.organization
        return [
            *_objects(config().exports_bucket, f"{organization_id}/"),
            *_objects(config().images_bucket, f"baked/{organization_id}-"),
        ]

    def _delete_learners(self) -> None:
        """Delete the learners, which `organization.delete` can't find if a load stopped before writing their groups."""
        table = config().directory_table
        for group in (self.names.group, self.names.former_group):
            partition, _ = Learner.key(self.names.school, group, "")
            table_items.delete(table, list(table_items.keys_in(table, partition)))

    def _loaded_images(self) -> Iterator[StoredImage]:
        for issuer in self._document["issuers"]:
            with_images: list[Json] = [issuer["issuer"], *issuer["badgeClasses"]]
            for part in with_images:
                yield read_data_uri(part["image"]).stored

    def _idempotency_keys(self) -> Iterator[table_items.Key]:
        """Yield the keys of the scheduled runs' idempotency records, which would otherwise remain for a day."""
        for schedule_id, created_at in self._schedules:
            minute = created_at.replace(second=0, microsecond=0)
            while (minute := minute + timedelta(minutes=1)) <= clock.now():
                yield table_items.key_of(*IdempotencyKey.key(f"schedule {schedule_id}", clock.to_the_second(minute)))


def _objects(bucket: str, prefix: str) -> Iterator[str]:
    for page in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            yield f"s3://{bucket}/{item['Key']}"
