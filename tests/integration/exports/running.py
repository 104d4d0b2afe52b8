"""Request exports, and run the real worker on them as the queue does."""

from collections.abc import Iterator
from typing import Any

import boto3

from badgedata.access import Caller, Scope, ScopeType
from badgedata.config import config
from badgedata.exports import lifecycle, worker
from badgedata.exports.job import ExportJob
from badgedata.exports.pages import Page
from badgedata.exports.request import request_export
from badgedata.exports.specification import KINDS, camel_case
from badgedata.records.exports import Export
from tests.integration.exports.welding_school import ADMIN

ISSUER: tuple[ScopeType, str] = ("issuer", "WELD")
BADGE_CLASS: tuple[ScopeType, str] = ("badge-class", "BC-1")
ORGANIZATION: tuple[ScopeType, str] = ("organization", "MAKERS")
EVERYTHING = {
    "includeBadgeClasses": True,
    "includeAssertions": True,
    "includeRecipientGroups": True,
    "includePathways": True,
}
"""All options of an issuer document."""


def start_export(scope: tuple[ScopeType, str], kind: str, **options: Any) -> Export:
    """Request an export of a scope; options are named as in the API."""
    kinds = KINDS[scope[0]]
    names = {camel_case(name): name for name in kinds[kind].__dataclass_fields__}
    values: dict[str, Any] = {names[name]: value for name, value in options.items()}
    return request_export(kinds[kind](kind=kind, **values), scope_of(scope), Caller(ADMIN))  # type: ignore[arg-type]


def scope_of(scope: tuple[ScopeType, str]) -> Scope:
    return Caller(ADMIN).scope(*scope)


def run_export(export: Export, seconds: float = 900) -> Export:
    """Run workers, each with this much time, until the export has ended. Return the export."""
    while worker.run(export.id, "", lambda: seconds) == "handed-on":
        pass
    found = lifecycle.find_export(export.id)
    assert found is not None
    return found


def file_of(export: Export) -> bytes:
    assert export.status == "succeeded", (export.status, export.error_message)
    answer = boto3.client("s3").get_object(Bucket=config().exports_bucket, Key=export.object_key)
    return answer["Body"].read()


def exported(scope: tuple[ScopeType, str], kind: str, **options: Any) -> bytes:
    """Return an export's file."""
    return file_of(run_export(start_export(scope, kind, **options)))


def run_one_worker_per_page(export: Export) -> Iterator[Page]:
    """Run a new worker for each page of an export."""
    position: str = ""
    while (page := next(ExportJob.load(export).pages(position, None), None)) is not None:
        assert len(page.position.encode()) < 1024
        yield page
        position = page.position
