"""The tenant of one run: loaded as any organization is, and deleted as any organization is."""

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
from operations.deletion import organization, rows
from operations.deletion.organization import NoOrganizationError
from operations.loading.images import read_data_uri
from operations.loading.load import load
from operations.loading.reading import read_document
from operations.restored_tables import check_organization
from operations.smoke.document import Json, Names, organization_document

if TYPE_CHECKING:
    from operations.loading.load import Loaded


class Tenant:
    """An organization with a random id. Two runs at the same time never meet."""

    def __init__(self) -> None:
        self.names = Names(f"smoke-{secrets.token_hex(6)}")
        self.admin = f"admin.{self.names.organization}@example.org"
        self.stranger = f"stranger.{self.names.organization}@example.org"
        self._document = organization_document(self.names, self.admin)
        self._schedules: list[tuple[str, datetime]] = []

    def load(self) -> "Loaded":
        """Load the tenant, as `make load` does."""
        return load(read_document(json.dumps(self._document).encode()))

    def unmet_checks(self) -> list[str]:
        """Return what does not hold yet of the tenant's rows, indexes and images (operations.check_restore)."""
        return [check.what for check in check_organization(self.names.organization) if not check.holds]

    def remember_schedule(self, schedule_id: str) -> None:
        """Remember a schedule that fires each minute, to delete what its runs leave in the operations table."""
        self._schedules.append((schedule_id, clock.now()))

    def delete(self) -> Counter[str]:
        """Delete everything of the tenant, also of one whose load broke off, and return the counts by kind."""
        self._delete_learners()
        try:
            counts = organization.delete(self.names.organization, lambda _: None)
        except NoOrganizationError:
            counts = Counter()
        for image in self._loaded_images():  # a load that broke off may have stored one that no record names
            stored_images.delete(image)
        rows.delete(config().operations_table, self._idempotency_keys())
        return counts

    def left(self) -> list[str]:
        """Return the objects in the two buckets that are still there."""
        organization_id = self.names.organization
        return [
            *_objects(config().exports_bucket, f"{organization_id}/"),
            *_objects(config().images_bucket, f"baked/{organization_id}-"),
        ]

    def _delete_learners(self) -> None:
        """Delete learners, which the deletion finds by their groups: a load writes these after them."""
        table = config().directory_table
        for group in (self.names.group, self.names.former_group):
            partition, _ = Learner.key(self.names.school, group, "")
            rows.delete(table, list(rows.keys_in(table, partition)))

    def _loaded_images(self) -> Iterator[StoredImage]:
        for issuer in self._document["issuers"]:
            pictured: list[Json] = [issuer["issuer"], *issuer["badgeClasses"]]
            for thing in pictured:
                yield read_data_uri(thing["image"]).stored

    def _idempotency_keys(self) -> Iterator[rows.Key]:
        """Name the rows that keep a repeated run of a schedule from exporting twice; they would expire after a day."""
        for schedule_id, made_at in self._schedules:
            minute = made_at.replace(second=0, microsecond=0)
            while (minute := minute + timedelta(minutes=1)) <= clock.now():
                yield rows.key_of(*IdempotencyKey.key(f"schedule {schedule_id}", clock.to_the_second(minute)))


def _objects(bucket: str, prefix: str) -> Iterator[str]:
    for page in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            yield f"s3://{bucket}/{found['Key']}"
