"""CSV cells and rows: RFC 4180, UTF-8, and nothing that a spreadsheet would run (docs/guide.md, "CSV")."""

import csv
import io
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """Give text that people typed with a leading ``'`` where a spreadsheet would take it for a formula.

    Source: OWASP, "CSV Injection".
    """
    return "'" + text if text.startswith(_RUN_BY_SPREADSHEETS) else text


def quoted(text: str) -> str:
    """Write a cell as the csv module does: in quotes only where it holds a comma, a quote or a line's end.

    Source: RFC 4180, section 2.
    """
    if '"' in text:
        return '"' + text.replace('"', '""') + '"'
    if "," in text or "\n" in text or "\r" in text:
        return '"' + text + '"'
    return text


class TypedCells(dict[str, str]):
    """Cells of text that people typed, safe and quoted: the same text is written once, however often it comes."""

    def __missing__(self, text: str) -> str:
        self[text] = cell = quoted(safe(text))
        return cell


def encode_rows(rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows of cells as RFC 4180 lines (CRLF), UTF-8."""
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\r\n").writerows(rows)
    return lines.getvalue().encode()


def encode_header(columns: Sequence[str], byte_order_mark: bool) -> bytes:
    """Write the first line of a file, after a byte order mark where that is wanted."""
    return (BYTE_ORDER_MARK.encode() if byte_order_mark else b"") + encode_rows([columns])
