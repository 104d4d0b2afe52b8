"""The assembly of a split export: how segments become the parts of the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badgedata.exports import assembly

SIZES = st.lists(st.integers(min_value=0, max_value=2_500), max_size=12)


@pytest.fixture(autouse=True, scope="module")
def small_limits() -> object:
    patch = pytest.MonkeyPatch()
    patch.setattr(assembly, "MIN_PART_BYTES", 500)
    patch.setattr(assembly, "MAX_COPY_BYTES", 900)
    yield
    patch.undo()


@given(SIZES)
def test_parts_contain_every_byte_exactly_once_and_in_order(sizes: list[int]) -> None:
    stretches = [stretch for part in assembly.parts_of(sizes) for stretch in part]
    bytes_of_file = [(stretch.source, byte) for stretch in stretches for byte in range(stretch.first, stretch.last + 1)]
    assert bytes_of_file == [(source, byte) for source, size in enumerate(sizes) for byte in range(size)]


@given(SIZES)
def test_only_the_last_part_is_smaller_than_the_s3_minimum(sizes: list[int]) -> None:
    lengths = [sum(stretch.size for stretch in part) for part in assembly.parts_of(sizes)]
    assert all(500 <= length <= 900 + 500 for length in lengths[:-1])
    assert all(0 < length <= 900 + 500 for length in lengths)


@given(SIZES)
def test_only_bytes_at_object_boundaries_are_carried_over_and_others_are_copied(sizes: list[int]) -> None:
    carried = [part for part in assembly.parts_of(sizes) if len(part) > 1 or part[0].size < 500]
    assert sum(stretch.size for part in carried for stretch in part) <= 500 * (len(sizes) + 1) * 2
