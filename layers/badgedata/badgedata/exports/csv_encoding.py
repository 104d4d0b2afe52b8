"""Encode CSV cells and rows (RFC 4180) so that spreadsheets don't evaluate them as formulas (docs/formats.md, "CSV").

A spreadsheet may split the file at commas, semicolons (in much of Europe), or tabs, regardless of the file's separator.
No matter how the file is split, no cell is evaluated as a formula.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Self

from badgedata.exports.columns import Column, Value
from badgedata.exports.specification import Separator, TableExport
from badgedata.identifiers import is_entity_id
from badgedata.text import without_control_characters

BYTE_ORDER_MARK = "\ufeff"

SIGNS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""The characters that begin a formula (OWASP, "CSV Injection"). Excel in East Asian languages also accepts the
full-width forms.
"""

_FORMULA_STARTS = (*SIGNS, "\t", "\r", "\n")

# A quote after the separator may open a quoted cell and immediately close it.
_FORMULA_INSIDE = re.compile(r'([;\t\r\n])(?="*+(?:[=@＝＠]|[+\-＋－](?! )))')
_FORMULA_AFTER_COMMA = re.compile(_FORMULA_INSIDE.pattern.replace("[;", "[,;"))
_PHONE_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # ITU-T E.164

SEPARATORS: Final[dict[Separator, str]] = {"comma": ",", "semicolon": ";", "tab": "\t"}


class CsvStyle(NamedTuple):
    """The format of a CSV file, as defined by the export's options.

    Parameters
    ----------
    separator
        The character between cells.
    is_safe
        Whether text that a spreadsheet would treat as a formula is prefixed with ``'``.
    """

    separator: str = ","
    byte_order_mark: bool = True
    is_safe: bool = True

    @classmethod
    def of(cls, specification: TableExport) -> Self:
        """Return the style that an export's options define."""
        return cls(
            SEPARATORS[specification.separator or "comma"],
            specification.byte_order_mark is not False,
            specification.spreadsheet_safe is not False,
        )


def safe(text: str, *, protects_commas: bool = False) -> str:
    """Return text with a ``'`` before everything that a spreadsheet would evaluate as a formula.

    A formula can begin at the start of a cell. It can also begin after a semicolon, tab, or line break, because a
    spreadsheet may split even a quoted cell there. List items within the text, such as ``- this``, are left unchanged.
    Phone numbers are also left unchanged, because at worst a spreadsheet treats them as numbers.

    Parameters
    ----------
    protects_commas
        Whether to also protect against formulas that begin after a comma. This is needed if the file's separator isn't
        a comma, because a spreadsheet may still split the file at commas.

    Examples
    --------
    >>> safe("=HYPERLINK(A1)")
    "'=HYPERLINK(A1)"
    >>> safe("2 + 2")
    '2 + 2'
    >>> safe("Oak;=3+4")
    "Oak;'=3+4"
    >>> safe("+4922100000")
    '+4922100000'
    """
    text = without_control_characters(text)
    if ";" in text or "\t" in text or "\n" in text or "\r" in text:
        text = _FORMULA_INSIDE.sub(r"\1'", text)
    if protects_commas and "," in text:
        text = _FORMULA_AFTER_COMMA.sub(r"\1'", text)
    return "'" + text if text.startswith(_FORMULA_STARTS) and not _PHONE_NUMBER.fullmatch(text) else text


def safe_id(text: str) -> str:
    """Return `text` unchanged if it is a valid ID. Otherwise, return `safe(text)`.

    A valid ID may begin with a hyphen. IDs of learners and staff members come from other systems and can be any text.

    >>> safe_id("-Tree5-oK_9"), safe_id("-2+3")
    ('-Tree5-oK_9', "'-2+3")
    """
    return text if is_entity_id(text) else safe(text)


def quoted(text: str) -> str:
    """Return text as a CSV cell, enclosed in quotes if necessary.

    >>> print(quoted('Grace "Amazing" Hopper'))
    "Grace ""Amazing"" Hopper"
    """
    # This is six times faster than a regular expression for these six characters.
    if "," in text or '"' in text or ";" in text or "\n" in text or "\t" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def text_cell(text: str) -> str:
    """Apply `safe` to text, and return the result as a CSV cell, enclosed in quotes if necessary."""
    # Most text can be written unchanged.
    if "," in text or ";" in text or '"' in text or not text.isprintable() or text.startswith(SIGNS):
        return quoted(safe(text))
    return text


def id_cell(text: str) -> str:
    """Apply `safe_id` to an ID, and return the result as a CSV cell."""
    return quoted(safe_id(text))


class TextCells(dict[str, bytes]):
    """A cache of text cells, so that each distinct string is encoded only once."""

    def __missing__(self, text: str) -> bytes:
        self[text] = cell = text_cell(text).encode()
        return cell


def row_encoder(columns: Sequence[Column], style: CsvStyle) -> Callable[[Sequence[Value]], bytes]:
    """Return a function that encodes a row in UTF-8 as an RFC 4180 record, including the final CRLF."""
    are_ids = [column.holds == "id" for column in columns]
    separator = style.separator
    cell = _stored_cell if not style.is_safe else _cell if separator == "," else _cell_without_commas

    def encode(row: Sequence[Value]) -> bytes:
        return (separator.join(map(cell, row, are_ids)) + "\r\n").encode()

    return encode


def _cell(value: Value, is_id: bool) -> str:
    if isinstance(value, str):
        return id_cell(value) if is_id else text_cell(value)
    return quoted("; ".join(map(safe_id, value)) if is_id else safe("; ".join(value)))


def _cell_without_commas(value: Value, is_id: bool) -> str:
    """Return a cell that is safe even if a spreadsheet splits the file at commas."""
    texts = [value] if isinstance(value, str) else value
    if not is_id:
        return quoted(safe("; ".join(texts), protects_commas=True))
    return quoted("; ".join(text if is_entity_id(text) else safe(text, protects_commas=True) for text in texts))


def _stored_cell(value: Value, _is_id: bool) -> str:
    return quoted(value if isinstance(value, str) else "; ".join(value))


def encode_header(columns: Sequence[Column], style: CsvStyle) -> bytes:
    """Return a file's header line in UTF-8, with a byte order mark if the style requires it."""
    header = style.separator.join(quoted(column.name) for column in columns) + "\r\n"
    return (BYTE_ORDER_MARK + header if style.byte_order_mark else header).encode()
