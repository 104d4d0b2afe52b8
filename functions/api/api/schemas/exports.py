"""The JSON for exports."""

from typing import Annotated, Any, Literal

from pydantic import Field

from badgedata.exports.history import ExportStatus

from .document import Document, EntityId, Time


class ExportScope(Document):
    """The scope of an export."""

    type: Literal["organization", "issuer", "badge-class"]
    id: EntityId
    name: str


class Progress(Document):
    """The progress of an export. `expectedRows` and `percent` are absent until they are known."""

    rows: int
    expected_rows: int | None = None
    percent: float | None = None


class FileContents(Document):
    """The number of items of each kind in a file. Kinds that the file can't contain are absent."""

    awards: int | None = None
    badge_classes: int | None = None
    groups: int | None = None
    learners: Annotated[int | None, Field(description="A learner in several groups counts once for each group")] = None
    pathways: int | None = None


class File(Document):
    """The file of a successful export."""

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


class ExportError(Document):
    """The reason that an export failed."""

    code: str
    message: str


class ExportDocument(Document):
    """An export."""

    id: EntityId
    kind: str
    scope: ExportScope
    options: dict[str, Any]
    schedule_id: EntityId | None = None
    status: ExportStatus
    progress: Progress
    requested_by: str
    created_at: Time
    started_at: Time | None = None
    finished_at: Time | None = None
    deleted_by: Annotated[
        str | None, Field(description="The person who cancelled the export, or deleted its file before it expired")
    ] = None
    deleted_at: Time | None = None
    file: File | None = None
    download_url: str | None = None
    download_url_expires_at: Time | None = None
    file_expires_at: Time | None = None
    error: ExportError | None = None


class ExportList(Document):
    """A page of exports, newest first."""

    items: list[ExportDocument]
    next_cursor: str | None = None


class PreviewDocument(Document):
    """The first rows of a table, with the values shown in its cells."""

    columns: list[str]
    rows: list[list[str]]
    expected_rows: int | None = None


class ColumnDocument(Document):
    """A column that an export can contain."""

    name: str
    default: Annotated[bool, Field(description="Whether the column is included by default")]
