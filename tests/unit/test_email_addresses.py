"""Email addresses are compared regardless of case, but look-alike characters are treated as different."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badgedata.identifiers import comparable_address, has_disguised_ascii
from badgedata.records.directory import Member


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        (" ada@example.org\n", "ada@example.org"),
        ("JÖRG@example.org", "jörg@example.org"),
        (unicodedata.normalize("NFD", "jörg@example.org"), "jörg@example.org"),
        ("Σίσυφος@example.org", "σίσυφος@example.org"),
    ],
)
def test_addresses_that_differ_only_in_case_or_composition_are_equal(one: str, other: str) -> None:
    assert comparable_address(one) == comparable_address(other)
    assert Member.email_key(one) == Member.email_key(other)


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("\u212aevin@example.org", "kevin@example.org"),  # KELVIN SIGN: its lowercase and NFC forms are ASCII
        ("\uff4bevin@example.org", "kevin@example.org"),  # full-width: its NFKC form is ASCII
        ("\u017fara@example.org", "sara@example.org"),  # LONG S: its uppercase and case-folded forms are ASCII
        ("stra\u00dfe@example.org", "strasse@example.org"),  # its case-folded form is ASCII
        ("\u1fef@example.org", "`@example.org"),  # GREEK VARIA: its NFC form is ASCII
        ("ma\u0131l@example.org", "mail@example.org"),  # DOTLESS I: its uppercase form is ASCII
        ("\u0130da@example.org", "ida@example.org"),  # I WITH DOT: its lowercase form begins with ASCII
    ],
)
def test_look_alike_address_is_a_different_address(disguised: str, plain: str) -> None:
    assert comparable_address(disguised) != comparable_address(plain)


def test_disguised_ascii_character_is_detected() -> None:
    assert has_disguised_ascii("\u212aevin@example.org")
    assert not has_disguised_ascii("Jörg+x@example.org")


@given(st.text())
def test_comparable_form_is_ascii_if_and_only_if_the_address_is_ascii(text: str) -> None:
    assert comparable_address(text).isascii() == text.strip().isascii()


@given(st.text())
def test_converting_a_comparable_address_again_does_not_change_it(text: str) -> None:
    assert comparable_address(comparable_address(text)) == comparable_address(text)
