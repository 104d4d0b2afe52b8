"""Awards that runs export, issued around clock changes."""

from tests.support.api_client import Person
from tests.support.organizations import award, issuer, load_organization, member

CLOCKS = Person("owner@clocks.example.org")

INSTANTS = [  # around clock-change days in Berlin and the ends of months
    "2026-01-31T22:59:59Z", "2026-01-31T23:00:00Z", "2026-02-28T22:59:59Z", "2026-02-28T23:00:00Z",
    "2026-03-22T22:59:59Z", "2026-03-22T23:00:00Z", "2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z",
    "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z", "2026-03-31T21:59:59Z", "2026-03-31T22:00:00Z",
    "2026-10-24T21:59:59Z", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z",
]  # fmt: skip


def load_awards_around_clock_changes() -> None:
    awards = [award(instant.replace(":", ""), instant) for instant in INSTANTS]
    load_organization("CLOCKS", "paid", [issuer("CLOCK", "Clocks", awards)], [member(CLOCKS, "owner", "CLOCK")])
