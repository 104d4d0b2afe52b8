"""The JSON for exports."""

from typing import Annotated, Any, Literal

from pydantic import Field

from badgedata.exports.history import ExportStatus

from .destinations import DeliveryFault
from .document import Document, EntityId, Time


class ExportScope(Document):
    """The organization, issuer, or badge class that an export covers."""

    type: Literal["organization", "issuer", "badge-class"]
    id: EntityId
    name: str


class Progress(Document):
    """The progress of an export. `expectedRows` and `percent` are absent until they are known."""

    rows: Annotated[int, Field(description="The number of rows written so far")]
    expected_rows: Annotated[int | None, Field(description="The number of rows that the file will contain")] = None
    percent: Annotated[float | None, Field(description="`rows` as a percentage of `expectedRows`")] = None


class FileContents(Document):
    """The number of items of each kind in a file. Kinds that the file can't contain are absent."""

    awards: int | None = None
    badge_classes: int | None = None
    groups: int | None = None
    learners: Annotated[
        int | None, Field(description="The number of learners. A learner in several groups is counted once per group")
    ] = None
    pathways: int | None = None
    entries: Annotated[int | None, Field(description="The number of trail entries")] = None


class File(Document):
    """The file that a successful export produced."""

    name: str
    content_type: str
    bytes: int
    rows: int
    sha256: str
    contents: FileContents | None = None
    truncated_cells: Annotated[
        int | None,
        Field(description="XLSX only: the number of values truncated to the cell limit of 32,767 characters"),
    ] = None


class ExportDelivery(Document):
    """The delivery of an export's file to the organization's own bucket."""

    status: Literal["pending", "delivered", "failed"]
    bucket: Annotated[str | None, Field(description="Absent if no destination has been set yet")] = None
    key: Annotated[str | None, Field(description="The file's key in the bucket")] = None
    attempts: Annotated[int, Field(description="The number of attempts that have ended")]
    delivered_at: Time | None = None
    error: Annotated[
        DeliveryFault | None,
        Field(description="The reason why the latest attempt failed. Failed attempts are retried for 13 days"),
    ] = None


class ExportError(Document):
    """The reason for an export's failure: a machine-readable code and a message for people."""

    code: str
    message: str


class ExportDocument(Document):
    """The settings and progress of an export, and its file if the export succeeded."""

    id: EntityId
    kind: str
    scope: ExportScope
    options: dict[str, Any]
    notify: Annotated[bool, Field(description="Whether the requester gets an email when the export ends")]
    deliver: Annotated[bool, Field(description="Whether the file is copied to the organization's own bucket")]
    schedule_id: EntityId | None = None
    status: ExportStatus
    progress: Progress
    requested_by: str
    created_at: Time
    started_at: Time | None = None
    finished_at: Time | None = None
    deleted_by: Annotated[
        str | None, Field(description="The person who canceled the export, or deleted the file before it expired")
    ] = None
    deleted_at: Time | None = None
    file: File | None = None
    download_url: str | None = None
    download_url_expires_at: Time | None = None
    file_expires_at: Time | None = None
    delivery: ExportDelivery | None = None
    error: ExportError | None = None


class ExportList(Document):
    """A page of exports, newest first."""

    items: list[ExportDocument]
    next_cursor: str | None = None


class PreviewDocument(Document):
    """The first rows that an export would contain, with the text of each cell."""

    columns: Annotated[list[str], Field(description="The column names, in file order")]
    rows: Annotated[list[list[str]], Field(description="Up to 20 rows, with a value for each column")]
    expected_rows: Annotated[
        int | None, Field(description="The number of rows that the file will contain. Absent if it isn't known")
    ] = None


class ColumnDocument(Document):
    """A column that an export can contain, and whether the column is included by default."""

    name: Annotated[str, Field(description="The column's name in the file's header and in a request's `columns`")]
    default: Annotated[bool, Field(description="Whether the column is included by default")]
