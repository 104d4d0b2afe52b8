"""Assembly of a split export: how segments become the file's parts."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from badgedata.exports.assembly import parts_of

MIB = 1024 * 1024
S3_MINIMUM, MAX_COPY = 5 * MIB, 256 * MIB
SIZES = st.lists(
    st.one_of(st.integers(0, 3 * S3_MINIMUM), st.integers(0, 3 * MAX_COPY), st.sampled_from([S3_MINIMUM, MAX_COPY])),
    max_size=12,
)


@given(SIZES)
def test_file_parts_contain_every_segment_byte_once_and_in_order(sizes: list[int]) -> None:
    pieces = [piece for part in parts_of(sizes) for piece in part]
    assert [piece.source for piece in pieces] == sorted(piece.source for piece in pieces)
    read = {source: list(of) for source, of in groupby(pieces, key=lambda piece: piece.source)}
    assert read.keys() == {source for source, size in enumerate(sizes) if size}
    for source, of in read.items():
        begins, ends = [piece.first for piece in of], [piece.last + 1 for piece in of]
        assert begins == [0, *ends[:-1]]
        assert ends[-1] == sizes[source]


@given(SIZES)
def test_only_the_last_part_can_be_smaller_than_the_s3_minimum(sizes: list[int]) -> None:
    lengths = [sum(piece.size for piece in part) for part in parts_of(sizes)]
    assert all(S3_MINIMUM <= length <= MAX_COPY + S3_MINIMUM for length in lengths[:-1])
    assert all(0 < length <= MAX_COPY + S3_MINIMUM for length in lengths)


@given(SIZES)
def test_only_bytes_near_segment_boundaries_are_uploaded(sizes: list[int]) -> None:
    carried = [part for part in parts_of(sizes) if len(part) > 1 or part[0].size < S3_MINIMUM]
    assert sum(piece.size for part in carried for piece in part) <= S3_MINIMUM * (len(sizes) + 1) * 2
