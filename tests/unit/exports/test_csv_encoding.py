"""CSV bytes: RFC 4180 as other programs read it, without cells that a spreadsheet would execute."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from badgedata.exports.columns import Column, Holds, Value
from badgedata.exports.csv_encoding import CsvStyle, encode_header, row_encoder, safe, safe_id
from badgedata.text import without_control_characters

SIGNS = tuple("=+-@＝＋－＠")
COLUMNS = ("Award ID", "Badge Name", "Staff member name", "Staff member ID", "Narrative")

# Mostly characters with a special meaning in CSV, so that few examples are enough to find errors.
TEXTS = st.text(st.sampled_from("=+-@＝＋－＠,;\t\r\n\"' \0\x0b\x7f\x85aé1")) | st.text(st.characters(codec="utf-8"))
IDS = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)
ROWS = st.lists(
    st.tuples(IDS, TEXTS, st.lists(TEXTS, min_size=1, max_size=3), st.lists(IDS, min_size=1, max_size=3), TEXTS),
    max_size=5,
)

type Row = tuple[Value, ...]


def read(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))


def written(*rows: Row, columns: tuple[str, ...] = COLUMNS, separator: str = ",") -> bytes:
    encode = row_encoder([column(name) for name in columns], CsvStyle(separator))
    return b"".join(map(encode, rows))


def column(name: str) -> Column:
    """Return a column that contains IDs if the name ends with "ID", or text otherwise."""
    holds: Holds = "id" if name.endswith("ID") else "text"
    return Column(name, holds)


def of_text(text: str) -> bytes:
    return written((text, ""), columns=("Badge Name", "Narrative"))


@given(rows=st.lists(st.lists(TEXTS.map(safe), min_size=2, max_size=5), max_size=5))
def test_python_csv_reader_returns_the_written_rows(rows: list[list[str]]) -> None:
    # The texts are already safe, so making them safe again changes nothing.
    data = b"".join(row_encoder([Column("Text")] * len(row), CsvStyle())(row) for row in rows)
    assert list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True)) == rows


@given(rows=st.lists(st.lists(TEXTS.map(safe), min_size=2, max_size=5), max_size=5))
def test_cell_that_contains_any_of_the_three_separators_is_quoted(rows: list[list[str]]) -> None:
    data = b"".join(row_encoder([Column("Text")] * len(row), CsvStyle())(row) for row in rows)
    assert data == b"".join(",".join(map(rfc_4180_cell, row)).encode() + b"\r\n" for row in rows)


def rfc_4180_cell(cell: str) -> str:
    """Write a cell as RFC 4180, section 2, specifies: quoted if it contains a separator, a quote, or a line break."""
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',;\t"\r\n') else cell


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(rows=ROWS)
@example(rows=[("a", "Hi,=1+1,x", ["Ann,=1"], ["k1", ",=1"], ',"=1')])
@example(rows=[("a", ';"=1', ["Ann"], ["k1"], "")])
@example(rows=[("a", "x;", ["=1"], ["k1"], "\n=1")])
@example(rows=[("a", "\0=3+4;\0=1\t\x85=1", ["Ash", "=3+4"], ["k1"], "\r\n=1")])
def test_no_cell_is_read_as_a_formula_regardless_of_the_separator(
    separator: str, delimiter: str, rows: list[Row]
) -> None:
    # The first column contains IDs, which may start with a hyphen, so the test ignores the starts of rows.
    data = written(*[("id", *row[1:]) for row in rows], separator=separator)
    for cells in read(data, delimiter):
        for cell in cells:
            is_list_item = cell.startswith(("- ", "+ ", "－ ", "＋ "))
            of_ids = delimiter == separator and cell == cells[3]
            assert not cell.startswith(SIGNS) or is_list_item or of_ids, (cell, data)


def test_rows_end_in_crlf_and_line_breaks_in_cells_are_kept() -> None:
    rows = [("a", "b\nc"), ("d", "e\r\nf")]
    assert written(*rows, columns=("Badge Name", "Narrative")) == b'a,"b\nc"\r\nd,"e\r\nf"\r\n'


def test_header_starts_with_a_byte_order_mark_on_request() -> None:
    assert (
        encode_header([column("Award ID"), column("Badge Name")], CsvStyle()) == b"\xef\xbb\xbfAward ID,Badge Name\r\n"
    )
    assert (
        encode_header([column("Award ID"), column("Badge Name")], CsvStyle(byte_order_mark=False))
        == b"Award ID,Badge Name\r\n"
    )


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1", '=HYPERLINK("https://evil.example","click")', "=cmd|'/C calc'!A0", "+1", "-2+3+cmd|' /C calc'!A0",
        "@SUM(1,1)", "\t=1", "\r=1", "\n=1", "=", "+44 20 7946 0123", "-", "@handle", "＝1+1", "＋1", "－1", "＠SUM(1)",
        "+49221000001234567", "- list item",
    ],
)  # fmt: skip
def test_formula_is_prefixed_with_an_apostrophe(formula: str) -> None:
    assert safe(formula).startswith("'")
    assert safe(formula).replace("'", "") == formula.replace("'", "")
    assert read(of_text(formula)) == [[safe(formula), ""]]


@pytest.mark.parametrize(
    ("text", "is_written_as"),
    [
        ("Oak;=3+4;x", "Oak;'=3+4;x"),
        ("Elm\t=3+4\tx", "Elm\t'=3+4\tx"),
        ("Ash\n=1", "Ash\n'=1"),
        ("Ash\r\n@SUM(1)", "Ash\r\n'@SUM(1)"),
        ("a;＝1", "a;'＝1"),
        ('a;"=1', "a;'\"=1"),
        ("a;-1", "a;'-1"),
        ("To do:\n- weld\n+ grind", "To do:\n- weld\n+ grind"),
        ("a; =1", "a; =1"),
        ("one;\ntwo\r\n\r\nthree", "one;\ntwo\r\n\r\nthree"),
    ],
)
def test_formula_after_a_separator_or_line_break_is_prefixed_with_an_apostrophe(text: str, is_written_as: str) -> None:
    assert safe(text) == is_written_as
    assert read(of_text(text)) == [[is_written_as, ""]]


@pytest.mark.parametrize("text", ["", "Ada", "1+1", " =1", "'=1", "a=b", "é", "مريم", "🏅", "a – b", "+4922100000"])
def test_text_that_is_not_a_formula_is_unchanged(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize("text", ["\0=3+4", "\x0b=1", "=\x7f1", "\x85=1", "a\0b"])
def test_control_characters_are_removed_before_formulas_are_detected(text: str) -> None:
    assert safe(text) == safe(without_control_characters(text))
    assert safe(text).removeprefix("'") == "".join(letter for letter in text if letter.isprintable())


@given(text=TEXTS)
def test_formula_escaping_adds_only_apostrophes(text: str) -> None:
    assert safe(text).replace("'", "") == without_control_characters(text).replace("'", "")


def test_valid_id_that_looks_like_a_formula_is_unchanged() -> None:
    row: Row = ("-Tree5-oK_9", "-Tree5", ["-Ash", "Fir"], ["-k1", "k2"], "")
    assert written(row) == b'-Tree5-oK_9,\'-Tree5,"\'-Ash; Fir","-k1; k2",\r\n'


@pytest.mark.parametrize(("text", "is_written_as"), [("u;=3+4;x", "u;'=3+4;x"), ("=1", "'=1"), ("-1+2", "'-1+2")])
def test_invalid_id_is_escaped_like_any_other_text(text: str, is_written_as: str) -> None:
    assert safe_id(text) == is_written_as
