"""Cursors: each goes on where it was given, on its own list only."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badgedata.problems import Problem
from functions.api.api.http.cursors import read_cursor, write_cursor

LIST = "exports of issuer#ISS"
TEXT = st.text(st.characters(codec="utf-8"), min_size=1)


def refused(cursor: str, of: str = LIST) -> bool:
    with pytest.raises(Problem) as caught:
        read_cursor(of, cursor)
    return caught.value.status == 422 and caught.value.errors[0].field == "cursor"


@given(of=TEXT, after=TEXT)
def test_a_cursor_leads_behind_the_item_it_was_made_for(of: str, after: str) -> None:
    assert read_cursor(of, write_cursor(of, after)) == after


@given(after=TEXT)
def test_a_cursor_stands_in_an_address_as_it_is(after: str) -> None:
    assert set(write_cursor(LIST, after)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_no_cursor_is_the_beginning() -> None:
    assert read_cursor(LIST, None) is None


@pytest.mark.parametrize("other", ["exports of issuer#OTHER", "exports of issuer#ISS ", "issuers", ""])
def test_a_cursor_of_another_list_is_refused(other: str) -> None:
    assert refused(write_cursor(other, "A"))


@given(cursor=st.text(max_size=60))
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    assert refused(cursor)


@pytest.mark.parametrize(
    "made_up", [b'["exports of issuer#ISS"]', b'["exports of issuer#ISS", ""]', b'{"of": 1}', b"\xff"]
)
def test_what_only_looks_like_a_cursor_is_refused(made_up: bytes) -> None:
    assert refused(base64.urlsafe_b64encode(made_up).decode())


def test_a_cursor_whose_list_is_tampered_with_is_refused() -> None:
    cursor = write_cursor(LIST, "01a20bb1")
    for position in range(len(write_cursor(LIST, "")) - 4):
        other = "A" if cursor[position] != "A" else "B"
        assert refused(cursor[:position] + other + cursor[position + 1 :])
