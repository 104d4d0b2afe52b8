"""Awards as workbooks written by libraries: typed rows from the boto3 resource, in the mode that uses the least memory.

Both libraries need the entire file on disk before any of it can be sent.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import openpyxl
import xlsxwriter
from openpyxl.cell import WriteOnlyCell

from badgedata.config import config
from badgedata.exports.award_columns import DEFAULT_COLUMNS
from tests.benchmarks.outcome import Outcome

HEADER = [column.name for column in DEFAULT_COLUMNS]
ARE_TIMES = [column.holds == "time" for column in DEFAULT_COLUMNS]
TIME_FORMAT = "yyyy-mm-dd hh:mm:ss"

type Cell = str | datetime | None


def write_by_xlsxwriter(rows: Iterable[list[str]]) -> Outcome:
    """Write rows of cells with XlsxWriter in `constant_memory` mode."""
    with tempfile.TemporaryDirectory(prefix="bench-workbook-") as folder:
        path = Path(folder) / "awards.xlsx"
        book = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        sheet, times = book.add_worksheet("Awards"), book.add_format({"num_format": TIME_FORMAT})
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, HEADER)
        count = 0
        for count, row in enumerate(_typed(rows), start=1):
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(count, column, value, times)
                elif value is not None:
                    sheet.write_string(count, column, value)
        sheet.autofilter(0, 0, count, len(HEADER) - 1)
        book.close()
        return _sent(path, count)


def write_by_openpyxl(rows: Iterable[list[str]]) -> Outcome:
    """Write rows of cells with openpyxl in `write_only` mode."""
    with tempfile.TemporaryDirectory(prefix="bench-workbook-") as folder:
        path = Path(folder) / "awards.xlsx"
        book = openpyxl.Workbook(write_only=True)
        sheet: Any = book.create_sheet("Awards")
        sheet.freeze_panes = "A2"
        sheet.append(HEADER)
        count = 0
        for row in _typed(rows):
            sheet.append([_openpyxl_cell(sheet, value) for value in row])
            count += 1
        book.save(path)
        return _sent(path, count)


def _typed(rows: Iterable[list[str]]) -> Iterator[list[Cell]]:
    for row in rows:
        yield [_value(text, is_time) for text, is_time in zip(row, ARE_TIMES, strict=True)]


def _value(text: str, is_time: bool) -> Cell:
    if not text:
        return None
    return datetime.fromisoformat(text).replace(tzinfo=None) if is_time else text


def _openpyxl_cell(sheet: Any, value: Cell) -> Any:
    if isinstance(value, str) and not value.startswith("="):
        return value
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, datetime):
        cell.number_format = TIME_FORMAT
    elif value is not None:
        cell.data_type = "s"  # otherwise it would be a formula
    return cell


def _sent(path: Path, rows: int) -> Outcome:
    s3: Any = boto3.client("s3")
    s3.upload_file(str(path), config().exports_bucket, path.name)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return Outcome(rows, path.stat().st_size, digest.hexdigest())
