"""The manifest of a delivered file.

The manifest is delivered last. If the manifest exists, the file is complete.
"""

from typing import Any, Final

import msgspec

from badgedata.config import PRODUCT_VERSION
from badgedata.records.exports import Export

FORMAT: Final = "badge-data-management/delivery"
FORMAT_VERSION: Final = 1


def manifest_of(export: Export) -> bytes:
    """Return the manifest of an export's file. It contains no personal names or email addresses."""
    scope: dict[str, Any] = {"type": export.scope_type, "id": export.scope_id, "name": export.scope_name}
    document = {
        "format": FORMAT,
        "formatVersion": FORMAT_VERSION,
        "id": export.id,
        "organizationId": export.organization_id,
        "scope": scope,
        "kind": export.kind,
        "options": export.options,
        "scheduleId": export.schedule_id,
        "file": {
            "name": export.file_name,
            "bytes": int(export.bytes or 0),
            "rows": int(export.rows or 0),
            "sha256": export.sha256,
        },
        "productVersion": PRODUCT_VERSION,
        "createdAt": export.created_at,
        "finishedAt": export.finished_at,
    }
    present = {name: value for name, value in document.items() if value is not None}
    return msgspec.json.format(msgspec.json.encode(present), indent=2) + b"\n"
