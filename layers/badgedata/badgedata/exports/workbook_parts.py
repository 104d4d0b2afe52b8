"""The XML parts of an XLSX workbook, except the rows of its sheets (docs/formats.md, "XLSX").

Sources: ECMA-376 part 1 (5th edition), 18.2 (workbooks), 18.3 (worksheets), and 18.8 (styles), and part 2 (packages).
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from badgedata.exports.columns import Column, Holds
from badgedata.exports.sheet_cells import header_row

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WIDTHS: Final[dict[Holds, int]] = {"text": 28, "id": 26, "time": 20, "day": 12, "number": 10}
"""The number of characters that fit into a column, by cell type. If a column's name is longer, the column is wider."""

_FILTER_BUTTON = 4
"""The width of the filter button in a header cell, in characters."""


class CellRange(NamedTuple):
    """The filled cells in a sheet, beginning at A1. The number of rows includes the header row."""

    columns: int
    rows: int


def sheet_title(title: str, number: int) -> str:
    """Return the name of a sheet. Sheets are numbered from 1.

    >>> sheet_title("Awards", 1), sheet_title("Awards", 2)
    ('Awards', 'Awards 2')
    """
    return title if number == 1 else f"{title} {number}"


def _letters(number: int) -> str:
    """Return the letters of a column. Columns are numbered from 1.

    >>> _letters(1), _letters(26), _letters(27)
    ('A', 'Z', 'AA')
    """
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def sheet_part_name(number: int) -> str:
    """Return the name of the part that contains a sheet. Sheets are numbered from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def sheet_beginning(columns: Sequence[Column], *, is_first: bool) -> bytes:
    """Return the XML of a sheet up to and including its header row."""
    widths = (max(_WIDTHS[column.holds], len(column.name) + _FILTER_BUTTON) for column in columns)
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}">'
        f'<sheetViews><sheetView{' tabSelected="1"' if is_first else ""} workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15"/><cols>'
        + "".join(
            f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
            for number, width in enumerate(widths, start=1)
        )
        + "</cols><sheetData>"
    ).encode() + header_row([column.name for column in columns])


def sheet_ending(cells: CellRange) -> bytes:
    """Return the XML that follows a sheet's last row.

    This XML prevents Excel from flagging all-digit IDs as errors.
    """
    reference = f"A1:{_letters(cells.columns)}{cells.rows}"
    return (
        f'</sheetData><autoFilter ref="{reference}"/>'
        f'<ignoredErrors><ignoredError sqref="{reference}" numberStoredAsText="1"/></ignoredErrors></worksheet>'
    ).encode()


def last_parts(title: str, sheets: Sequence[CellRange]) -> dict[str, str]:
    """Return the parts whose content depends on the number of sheets, keyed by part name."""
    titles = [sheet_title(title, number) for number in range(1, len(sheets) + 1)]
    return {
        "xl/workbook.xml": _workbook_part(titles, sheets),
        "xl/_rels/workbook.xml.rels": _workbook_relationships(len(titles)),
        "[Content_Types].xml": _content_types(len(titles)),
    }


def _workbook_part(titles: Sequence[str], ranges: Sequence[CellRange]) -> str:
    sheets = "".join(
        f'<sheet name="{title}" sheetId="{number}" r:id="rId{number}"/>' for number, title in enumerate(titles, start=1)
    )
    # Excel uses this name for each sheet's filtered range.
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{index}" hidden="1">'
        f"'{title}'!$A$1:${_letters(cells.columns)}${cells.rows}</definedName>"
        for index, (title, cells) in enumerate(zip(titles, ranges, strict=True))
    )
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets><definedNames>{filters}</definedNames></workbook>"
    )


def _workbook_relationships(sheets: int) -> str:
    targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, sheets + 1)]
    return _relationships([*targets, ("styles", "styles.xml")])


def _relationships(targets: Sequence[tuple[str, str]]) -> str:
    return (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for number, (kind, target) in enumerate(targets, start=1)
        )
        + "</Relationships>"
    )


def _content_types(sheets: int) -> str:
    parts = [("xl/workbook.xml", "sheet.main"), ("xl/styles.xml", "styles")]
    parts += [(sheet_part_name(number), "worksheet") for number in range(1, sheets + 1)]
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="/{name}" ContentType="{_TYPES}.{kind}+xml"/>' for name, kind in parts)
        + "</Types>"
    )


# In the order of the numbers in `sheet_cells`: general, text, time, day, header.
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)

# These parts come first, because the `file` command recognizes a workbook by the first parts of the ZIP.
FIXED_PARTS: Final = {
    "_rels/.rels": _relationships([("officeDocument", "xl/workbook.xml")]),
    "xl/styles.xml": _STYLES,
}
