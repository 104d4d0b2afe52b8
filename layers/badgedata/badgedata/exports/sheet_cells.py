"""Cells and rows of an XLSX sheet. Cells are never formulas (docs/formats.md, "XLSX").

Cells have no reference (`r`), because a worker that writes a later segment doesn't know the row numbers. ECMA-376
doesn't require references. Without references, empty cells must also be written. Strings are stored in the cells,
because a shared string table would grow with the file.

Sources: ECMA-376 part 1 (5th edition), 18.3.1.4 (c), 18.3.1.73 (row), 22.9.2.19 (ST_Xstring), and Microsoft, "Excel
specifications and limits".
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, NamedTuple

from badgedata.clock import parse_rfc3339
from badgedata.exports.columns import Holds, Value

MAX_TEXT_UNITS: Final = 32_767
"""The maximum number of UTF-16 code units in a cell."""

MAX_UNCUT: Final = MAX_TEXT_UNITS // 2
"""The number of characters that always fit into a cell, because each character takes at most two code units."""

MAX_DIGITS: Final = 15
"""The number of digits that Excel keeps in a number."""

CUT_MARK: Final = " … [cut]"
"""The text at the end of a truncated cell."""

TEXT_STYLE, TIME_STYLE, DAY_STYLE, HEADER_STYLE = 1, 2, 3, 4
"""The indexes of the cell styles in `workbook_parts`. Style 0, the general style, is used for numbers."""

TEXT_START: Final = f'<c s="{TEXT_STYLE}" t="inlineStr"><is><t>'
TEXT_END: Final = "</t></is></c>"
EMPTY_CELL: Final = "<c/>"
ROW_START: Final = "<row>"
ROW_END: Final = "</row>"

_TIME_START: Final = f'<c s="{TIME_STYLE}"><v>'
_SPACED_START: Final = f'<c s="{TEXT_STYLE}" t="inlineStr"><is><t xml:space="preserve">'

# Markup, characters that XML 1.0 excludes, and text that looks like the escape of such a character must be escaped.
# So must a carriage return, because XML parsers convert it to a line feed.
_NOT_AS_IT_IS = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4})")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;", "_": "_x005F_"}
_SPACES = (" ", "\t", "\n", "\r")

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAY_ZERO = date(1899, 12, 30).toordinal()
_FIRST_DAY = 61
"""Excel's number for 1900-03-01. Excel treats 1900 as a leap year, so other programs number earlier days differently.
"""

_SECONDS_A_DAY = 86_400
_DAY_PARTS = 10**15
"""The number of parts in a day. A fraction of a day then has more decimal digits than a double can keep after the day
number.
"""
_MAX_KNOWN_DAYS = 50_000


def is_cut(text: str) -> bool:
    """Return whether `text` is too long for a cell."""
    return len(text) > MAX_UNCUT and _units_of(text) > MAX_TEXT_UNITS


def text_cell(text: str) -> str:
    """Return a text cell, which spreadsheet programs never interpret as a number, date, or formula.

    >>> text_cell("=1+1")
    '<c s="1" t="inlineStr"><is><t>=1+1</t></is></c>'
    >>> text_cell("R&D" + chr(0) + "_x0041_")
    '<c s="1" t="inlineStr"><is><t>R&amp;D_x0000__x005F_x0041_</t></is></c>'
    """
    if not text:
        return EMPTY_CELL
    if is_cut(text):
        text = _cut(text)
    start = _SPACED_START if text.startswith(_SPACES) or text.endswith(_SPACES) else TEXT_START
    return f"{start}{escaped(text)}{TEXT_END}"


def escaped(text: str) -> str:
    """Escape text for an XML element in a sheet (ECMA-376, 22.9.2.19)."""
    # Most text is printable, and checking that is several times faster than escaping.
    if text.isprintable() and not ("&" in text or "<" in text or ">" in text or "_x" in text):
        return text
    return _NOT_AS_IT_IS.sub(_escape, text)


def are_plain(texts: str) -> bool:
    """Return True only if none of the row's strings needs escaping.

    This check is fast but not exact. It can return False even if no string needs escaping.

    >>> are_plain(" Ada Grace "), are_plain("  Ada Grace "), are_plain("  Grace "), are_plain(" R&D Grace ")
    (True, False, False, False)

    Parameters
    ----------
    texts
        The row's strings, joined with spaces and surrounded by spaces. Two consecutive spaces mean that a string is
        empty or that it begins or ends with a space.
    """
    return texts.isprintable() and not ("  " in texts or "&" in texts or "<" in texts or ">" in texts or "_x" in texts)


def time_cell(text: str) -> str:
    """Return the cell for a date or an RFC 3339 time. If Excel can't represent the value, return a text cell.

    Excel doesn't support time zones, so times are converted to UTC.

    >>> time_cell("2026-01-31T12:00:00Z")
    '<c s="2"><v>46053.500000000000000</v></c>'
    >>> time_cell("1899-12-31T12:00:00Z")
    '<c s="1" t="inlineStr"><is><t>1899-12-31T12:00:00Z</t></is></c>'
    """
    if not text:
        return EMPTY_CELL
    try:
        # Nearly all times are in UTC with whole seconds, so the day, minutes, and seconds can be looked up.
        return f"{_TIME_START}{_days[text[:10]]}{str(_minutes[text[10:16]] + _seconds[text[16:]])[1:]}</v></c>"
    except (KeyError, ValueError):
        return _other_time_cell(text)


def day_cell(text: str) -> str:
    """Return the cell for a day such as ``2026-01-31``. If Excel can't represent the day, return a text cell."""
    try:
        return f'<c s="{DAY_STYLE}"><v>{_days[text][:-1]}</v></c>'
    except ValueError:
        return text_cell(text)


def number_cell(text: str) -> str:
    """Return the cell for a count. Counts of more than 15 digits are stored as text, because Excel rounds them."""
    is_count = text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS
    return f"<c><v>{text}</v></c>" if is_count else text_cell(text)


class TextCells(dict[str, bytes]):
    """A cache of text cells."""

    def __missing__(self, text: str) -> bytes:
        self[text] = cell = text_cell(text).encode()
        return cell


CELLS: Final[dict[Holds, Callable[[str], str]]] = {
    "text": text_cell,
    "id": text_cell,
    "time": time_cell,
    "day": day_cell,
    "number": number_cell,
}


class SheetRow(NamedTuple):
    """A row as XML, and the number of truncated cells in the row."""

    data: bytes
    cut: int


def row_encoder(holds: Sequence[Holds]) -> Callable[[Sequence[Value]], SheetRow]:
    """Return a function that encodes a row as XML. `holds` contains each column's cell type."""
    cells = [CELLS[name] for name in holds]

    def encode(row: Sequence[Value]) -> SheetRow:
        texts = [value if isinstance(value, str) else "; ".join(value) for value in row]
        inner = "".join([cell(text) for cell, text in zip(cells, texts, strict=True)])
        cut = sum(map(is_cut, texts)) if len(inner) > MAX_UNCUT else 0
        return SheetRow(f"{ROW_START}{inner}{ROW_END}".encode(), cut)

    return encode


def header_row(names: Sequence[str]) -> bytes:
    """Return a sheet's header row."""
    cells = (f'<c s="{HEADER_STYLE}" t="inlineStr"><is><t>{escaped(name)}</t></is></c>' for name in names)
    return f"{ROW_START}{''.join(cells)}{ROW_END}".encode()


def _other_time_cell(text: str) -> str:
    try:
        moment = parse_rfc3339(text)
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
        # Excel counts milliseconds. With microseconds, the last instant of a day could round to the next day.
        milliseconds = seconds * 1000 + moment.microsecond // 1000
        fraction = milliseconds * _DAY_PARTS // (_SECONDS_A_DAY * 1000)
        return f"{_TIME_START}{_days[moment.date().isoformat()]}{str(_DAY_PARTS + fraction)[1:]}</v></c>"
    except ValueError:
        return day_cell(text)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _ENTITIES.get(character) or f"_x{ord(character):04X}_"


def _units_of(text: str) -> int:
    """Return the number of UTF-16 code units in `text`. A character above U+FFFF counts as two units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str) -> str:
    room = (MAX_TEXT_UNITS - len(CUT_MARK)) * 2
    kept = text.encode("utf-16-le", "surrogatepass")[:room]
    if 0xD8 <= kept[-1] <= 0xDB:  # the first half of a surrogate pair whose second half doesn't fit
        kept = kept[:-2]
    return kept.decode("utf-16-le", "surrogatepass") + CUT_MARK


class _Days(dict[str, str]):
    """A cache of Excel's serial numbers for days, each followed by a decimal point.

    A lookup raises ValueError for a day before 1900-03-01 or for text that isn't a date.
    """

    def __missing__(self, text: str) -> str:
        if not _DAY.fullmatch(text) or (number := date.fromisoformat(text).toordinal() - _DAY_ZERO) < _FIRST_DAY:
            raise ValueError(f"{text!r} is not a date that Excel can represent")
        if len(self) >= _MAX_KNOWN_DAYS:
            self.clear()
        self[text] = known = f"{number}."
        return known


_days = _Days()

# The parts of a day before each minute of the day, and before each second of a minute. Each minute's value includes a
# whole day, whose leading 1 preserves zeros after the decimal point and is then removed.
_minutes = {
    f"T{hour:02}:{minute:02}": _DAY_PARTS + (hour * 60 + minute) * _DAY_PARTS // 1440
    for hour in range(24)
    for minute in range(60)
}
_seconds = {f":{second:02}Z": second * _DAY_PARTS // _SECONDS_A_DAY for second in range(60)}
