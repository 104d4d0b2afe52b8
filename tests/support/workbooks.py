"""Read workbooks with other programs: openpyxl, python-calamine, and LibreOffice."""

import csv
import io
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

type Cell = str | int | datetime | None
"""A cell's value: None for an empty cell, and midnight for a date. Readers round times to milliseconds."""

LIBREOFFICE = shutil.which("soffice")

_ALL_SHEETS_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"


@dataclass(frozen=True)
class Sheet:
    """A sheet as read by a program; the first row is the header."""

    title: str
    rows: list[list[Cell]]


def read_by_openpyxl(data: bytes) -> list[Sheet]:
    """Read a workbook with openpyxl, and unescape its characters."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    return [
        Sheet(sheet.title, [[_cell(_unescaped(value)) for value in row] for row in sheet.iter_rows(values_only=True)])
        for sheet in book.worksheets
    ]


def read_by_calamine(data: bytes) -> list[Sheet]:
    """Read a workbook with python-calamine."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [
        Sheet(title, [[_cell(value) for value in row] for row in book.get_sheet_by_name(title).to_python()])
        for title in book.sheet_names
    ]


def shown_by_libreoffice(data: bytes, folder: Path) -> dict[str, list[list[str]]]:
    """Return the cell contents that LibreOffice shows for each sheet, by title."""
    assert LIBREOFFICE is not None
    (folder / "book.xlsx").write_bytes(data)
    command = [LIBREOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to"]
    subprocess.run([*command, _ALL_SHEETS_AS_SHOWN, "book.xlsx"], cwd=folder, check=True, capture_output=True)
    return {
        path.stem.removeprefix("book-"): list(csv.reader(io.StringIO(path.read_text(), newline="")))
        for path in sorted(folder.glob("book-*.csv"))
    }


def _unescaped(value: Any) -> Any:
    return unescape(value) if isinstance(value, str) else value


def _cell(value: Any) -> Cell:
    match value:
        case str():
            return value or None
        case float():
            assert value.is_integer()
            return int(value)
        case datetime():
            return value.replace(tzinfo=UTC)
        case date():
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
    assert value is None or isinstance(value, int)
    return value
