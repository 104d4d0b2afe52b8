"""CSV bytes: RFC 4180 as other programs read it, and nothing in a cell that a spreadsheet would run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badgedata.exports.csv_encoding import encode_header, encode_rows, safe

CELLS = st.text(st.characters(codec="utf-8"))


def read(data: bytes, encoding: str = "utf-8") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(encoding), newline=""), strict=True))


@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=5), max_size=5))
def test_what_is_written_is_read_back_by_another_csv_reader(rows: list[list[str]]) -> None:
    assert read(encode_rows(rows)) == rows


@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=5), max_size=5))
def test_the_bytes_are_those_of_rfc_4180(rows: list[list[str]]) -> None:
    assert encode_rows(rows) == b"".join(",".join(map(by_the_rfc, row)).encode() + b"\r\n" for row in rows)


def by_the_rfc(cell: str) -> str:
    """Write a cell as section 2 of RFC 4180 says: quotes where a comma, a quote or a line break stands in it."""
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\r\n') else cell


def test_rows_end_in_crlf_and_a_line_break_in_a_cell_stays_as_it_is() -> None:
    assert encode_rows([["a", "b\nc"], ["d", "e\r\nf"]]) == b'a,"b\nc"\r\nd,"e\r\nf"\r\n'


def test_no_rows_are_no_bytes() -> None:
    assert encode_rows([]) == b""


def test_the_header_begins_the_file_with_a_byte_order_mark_where_that_is_wanted() -> None:
    assert encode_header(["Award ID", "Badge Name"], True) == b"\xef\xbb\xbfAward ID,Badge Name\r\n"
    assert encode_header(["Award ID", "Badge Name"], False) == b"Award ID,Badge Name\r\n"


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1", '=HYPERLINK("https://evil.example","click")', "=cmd|'/C calc'!A0", "+1", "-2+3+cmd|' /C calc'!A0",
        "@SUM(1,1)", "\t=1", "\r=1", "=", "+44 20 7946 0123", "-", "@handle",
    ],
)  # fmt: skip
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(formula: str) -> None:
    assert safe(formula) == "'" + formula
    assert read(encode_rows([[safe(formula), ""]])) == [["'" + formula, ""]]


@pytest.mark.parametrize("text", ["", "Ada", "1+1", " =1", "'=1", "a=b", "é", "＝1", "مريم", "🏅", "\n=1", "a\t=1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


@given(text=CELLS)
def test_no_safe_text_begins_as_a_formula_and_all_of_the_text_is_in_it(text: str) -> None:
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe(text).removeprefix("'") == text.removeprefix("'")
