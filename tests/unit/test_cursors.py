"""Cursors: each continues after its item, and only in its own list."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badgedata.problems import Problem
from functions.api.api.http.cursors import read_cursor, write_cursor

LIST = "exports of issuer#ISS"
TEXT = st.text(st.characters(codec="utf-8"), min_size=1)


def is_rejected(cursor: str, of: str = LIST) -> bool:
    with pytest.raises(Problem) as caught:
        read_cursor(of, cursor)
    return caught.value.status == 422 and caught.value.errors[0].field == "cursor"


@given(of=TEXT, after=TEXT)
def test_cursor_continues_after_its_item(of: str, after: str) -> None:
    assert read_cursor(of, write_cursor(of, after)) == after


@given(after=TEXT)
def test_cursor_can_be_used_in_a_url_without_escaping(after: str) -> None:
    assert set(write_cursor(LIST, after)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_list_without_a_cursor_starts_at_the_beginning() -> None:
    assert read_cursor(LIST, None) is None


@pytest.mark.parametrize("other", ["exports of issuer#OTHER", "exports of issuer#ISS ", "issuers", ""])
def test_cursor_for_another_list_is_rejected(other: str) -> None:
    assert is_rejected(write_cursor(other, "A"))


@given(cursor=st.text(max_size=60))
def test_forged_cursor_is_rejected(cursor: str) -> None:
    assert is_rejected(cursor)


@pytest.mark.parametrize(
    "made_up",
    [b'["exports of issuer#ISS"]', b'["exports of issuer#ISS", ""]', b'{"of": 1}', b"\xff", b'{"x":' + b"[" * 20_000],
)
def test_text_that_looks_like_a_cursor_is_rejected(made_up: bytes) -> None:
    assert is_rejected(base64.urlsafe_b64encode(made_up).decode())


def test_cursor_with_a_modified_list_is_rejected() -> None:
    cursor = write_cursor(LIST, "01a20bb1")
    for position in range(len(write_cursor(LIST, "")) - 4):
        other = "A" if cursor[position] != "A" else "B"
        assert is_rejected(cursor[:position] + other + cursor[position + 1 :])
