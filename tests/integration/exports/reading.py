"""Read export files as their users do."""

import csv
import io
from typing import Any

type Table = list[dict[str, str]]


def read_csv(data: bytes) -> Table:
    """Read a CSV file with a byte order mark, and check that every row has exactly one cell per header column."""
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def columns_of(data: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def with_id(parts: list[dict[str, Any]], entity_id: str) -> dict[str, Any]:
    return next(part for part in parts if part["entityId"] == entity_id)
