"""Where an award export is split, by its daily award counts."""

from badgedata.exports.award_selection import AwardRange, even_boundaries
from badgedata.records.directory import Issuer

DAYS = {"ISS": {f"2026-01-{day:02}": 3 for day in range(1, 13)}}


def boundaries(first: str, last: str) -> list[str]:
    issuer = Issuer(*Issuer.key("ISS"), entity_id="ISS")
    return even_boundaries([AwardRange(issuer, first, last)], DAYS, ways=4)


def test_segment_that_ends_at_a_day_boundary_is_not_split_there() -> None:
    """A second segment with that start would replace the existing one, which may be complete."""
    ends = [f"2026-01-{day:02}" for day in range(2, 13)]
    found = {end: boundaries("2026-01-01", end) for end in ends}
    assert len(found["2026-01-12"]) == 3
    for end in ends:
        assert all(f"ISS {end}" > boundary for boundary in found[end]), end


def test_segment_that_ends_partway_through_a_day_can_be_split_before_that_day() -> None:
    assert boundaries("2026-01-01T09:00:00.000000Z", "2026-01-04T12:00:00.000000Z")[-1] == "ISS 2026-01-04"
