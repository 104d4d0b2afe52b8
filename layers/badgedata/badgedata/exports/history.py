"""Filters for the export history."""

import hashlib
from dataclasses import astuple, dataclass
from typing import Literal

import msgspec

from badgedata.exports.lifecycle import status_of
from badgedata.identifiers import comparable_address
from badgedata.records.exports import Export

ExportKind = Literal["awards", "badges", "groups", "group-badges", "learner-progress", "trail", "issuer", "badge-class"]
ExportStatus = Literal["queued", "running", "succeeded", "failed", "cancelled", "expired"]


@dataclass(frozen=True, kw_only=True)
class ExportFilter:
    """The conditions that an export must meet to appear in a filtered list. Conditions that aren't set are ignored."""

    kinds: tuple[ExportKind, ...] = ()
    statuses: tuple[ExportStatus, ...] = ()
    requested_by: str = ""
    schedule_id: str = ""

    def matches(self, export: Export) -> bool:
        """Return whether an export currently meets all conditions."""
        return (
            (not self.kinds or export.kind in self.kinds)
            and (not self.statuses or status_of(export) in self.statuses)
            and (not self.requested_by or _is_same_person(export.requested_by, self.requested_by))
            and (not self.schedule_id or export.schedule_id == self.schedule_id)
        )

    def list_name(self, scope_key: str) -> str:
        """Return a name for this filtered list. The API rejects a cursor that names another list."""
        name = f"exports of {scope_key}"
        if self == ExportFilter():
            return name
        return f"{name}, {hashlib.sha256(msgspec.json.encode(astuple(self))).hexdigest()[:16]}"


def _is_same_person(one: str, other: str) -> bool:
    return comparable_address(one) == comparable_address(other)
