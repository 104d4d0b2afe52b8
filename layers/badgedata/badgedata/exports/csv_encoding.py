"""CSV cells and rows: RFC 4180, UTF-8, and nothing that a spreadsheet would run (docs/guide.md, "CSV")."""

import csv
import io
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet takes for a formula (OWASP, "CSV Injection")."""


def safe(text: str) -> str:
    """Give text that people typed with a leading ``'`` where a spreadsheet would take it for a formula.

    >>> safe("=HYPERLINK(A1)")
    "'=HYPERLINK(A1)"
    >>> safe("2 + 2")
    '2 + 2'
    """
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def needs_quotes(text: str) -> bool:
    """Tell whether a cell has to stand in quotes: where it holds a comma, a quote or a line's end, as csv.writer does.

    Source: RFC 4180, section 2.
    """
    return "," in text or '"' in text or "\n" in text or "\r" in text


def quoted(text: str) -> str:
    """Write a cell, in quotes where it needs them.

    >>> print(quoted('Grace "Amazing" Hopper'))
    "Grace ""Amazing"" Hopper"
    """
    return '"' + text.replace('"', '""') + '"' if needs_quotes(text) else text


class TypedCells(dict[str, bytes]):
    """Cells of text that people typed, by the text: the same text is made safe, quoted and encoded but once."""

    def __missing__(self, text: str) -> bytes:
        self[text] = cell = quoted(safe(text)).encode()
        return cell


def encode_rows(rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows of cells as RFC 4180 lines (CRLF), UTF-8."""
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\r\n").writerows(rows)
    return lines.getvalue().encode()


def encode_header(columns: Sequence[str], byte_order_mark: bool) -> bytes:
    """Write the first line of a file, after a byte order mark where that is wanted."""
    return (BYTE_ORDER_MARK.encode() if byte_order_mark else b"") + encode_rows([columns])
