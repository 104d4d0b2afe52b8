"""Generate the people and awards in the sample data for the local stack, tests, and benchmarks."""

import hashlib
import unicodedata
from base64 import urlsafe_b64encode
from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate, groupby
from random import Random
from typing import Any, NamedTuple

from local.sample.words import LONG_NARRATIVE, WORDS

SEED = 2026  # another seed would produce other people and awards
BASE_URL = "https://badges.example.org"
FIRST_DAY = date(2023, 11, 1)
END_DAY = date(2026, 11, 1)  # the first day without awards

# The distribution of awards over weekdays (starting with Monday), months (starting with January), and hours (UTC).
WEEKDAYS = (16, 22, 21, 18, 15, 5, 3)
MONTHS = (9, 10, 11, 10, 14, 18, 7, 3, 9, 12, 11, 12)
HOURS = (1, 1, 1, 1, 2, 4, 8, 18, 30, 42, 46, 40, 32, 40, 48, 44, 34, 20, 14, 10, 8, 5, 3, 2)
_HOURS_SO_FAR = tuple(accumulate(HOURS))
_STOCKS = [stock for stock in WORDS.names for _ in range(stock.share)]  # one for each percent of the people
_DAY = 86_400_000  # instants are counted in milliseconds since 1970
# Letters that Unicode doesn't decompose into a letter and an accent.
LATIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "þ": "th", "đ": "d", "ı": "i"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

type JsonObject = dict[str, Any]


class Person(NamedTuple):
    """A person who earns badges."""

    name: str
    email: str


def awards(
    badge_class_id: str,
    count: int,
    *,
    people: int | None = None,
    since: date = FIRST_DAY,
    valid_days: int | None = None,
) -> Iterator[JsonObject]:
    """Yield `count` assertions for a badge class, sorted by time and then by ID.

    The recipients are chosen at random from a pool that all badge classes share. `people` is the number of people in
    the pool (by default, `count`). No award is dated before `since`, which must be before 2026-11-01. If `valid_days`
    is set, most awards expire after that many days. Otherwise, only a few awards expire.

    >>> first, second = awards("python-basics", 2)
    >>> first["badge"]
    'https://badges.example.org/public/badges/python-basics'
    """
    rng = stream_of_chance("awards", badge_class_id)
    people = people or max(count, 1)
    for instant, same in groupby(_instants(rng, count, since)):
        for entity_id in sorted(_as_id(rng.randbytes(16)) for _ in same):
            # Multiplying two random numbers makes some people more active: a tenth of them have a third of the awards.
            earned_by = person(int(rng.random() * rng.random() * people))
            yield {
                "id": f"{BASE_URL}/public/assertions/{entity_id}",
                "type": "Assertion",
                "entityId": entity_id,
                "badge": f"{BASE_URL}/public/badges/{badge_class_id}",
            } | _details(rng, entity_id, earned_by, instant, valid_days)


def person(number: int) -> Person:
    """Return the person with the given number in the sample data. Each person has a different email address."""
    bits = _scattered(number)
    stock = _STOCKS[bits % 100]
    given = stock.given[(bits >> 8) % len(stock.given)]
    family = stock.family[(bits >> 20) % len(stock.family)]
    name = stock.pattern.format(given=given, family=family)
    domain = "example.com" if bits >> 44 & 3 == 0 else "example.org"
    email = f"{_mailbox(given)}.{number:x}@{domain}"
    if number % 24 == 7:
        name = WORDS.odd_names[number // 24 % len(WORDS.odd_names)]
    return Person(name, email)


def entity_id(*parts: object) -> str:
    """Return a 22-character ID (`[A-Za-z0-9_-]`) that depends only on `parts`."""
    return _as_id(hashlib.sha256("/".join(map(str, (SEED, *parts))).encode()).digest()[:16])


def stream_of_chance(*parts: str) -> Random:
    """Return a random number generator for one part of the data. Its numbers don't depend on the other parts."""
    return Random("/".join((str(SEED), *parts)))  # noqa: S311  made-up data, no secrets


def timestamp(instant: int) -> str:
    """Convert milliseconds since 1970 to an RFC 3339 time. If the fraction of a second is zero, it is omitted.

    >>> timestamp(1769850000000)
    '2026-01-31T09:00:00Z'
    """
    precision = "milliseconds" if instant % 1000 else "seconds"
    return (_EPOCH + timedelta(milliseconds=instant)).isoformat(timespec=precision).replace("+00:00", "Z")


def _instants(rng: Random, count: int, since: date) -> list[int]:
    """Return `count` award times in ascending order. Some have the same time, for example when a course ends."""
    days = [since + timedelta(days=number) for number in range((END_DAY - since).days)]
    # A growing platform: the last of the three years has about twice as many awards as the first.
    so_far = list(
        accumulate(WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] * (900 + (day - FIRST_DAY).days) for day in days)
    )
    start = (since - _EPOCH.date()).days
    instants: list[int] = []
    while len(instants) < count:
        day = start + bisect(so_far, rng.random() * so_far[-1])
        chance = rng.random()
        if chance < 0.01:
            time = 0 if chance < 0.005 else _DAY - 1000  # the first and the last second of a day
        else:
            hour = bisect(_HOURS_SO_FAR, rng.random() * _HOURS_SO_FAR[-1])
            time = hour * 3_600_000 + int(rng.random() * 3600) * 1000
            if chance > 0.97:
                time += 1 + int(rng.random() * 999)
        at_once = 2 + int(rng.random() * 24) if rng.random() < 0.05 else 1
        instants += [day * _DAY + time] * min(at_once, count - len(instants))
    instants.sort()
    return instants


def _details(rng: Random, entity_id: str, earned_by: Person, instant: int, valid_days: int | None) -> JsonObject:
    assertion: JsonObject = {"recipient": _recipient(rng, earned_by, entity_id)}
    if rng.random() < 0.93:
        assertion["recipientName"] = earned_by.name
    assertion["issuedOn"] = timestamp(instant)
    if valid_days is not None and rng.random() < 0.9:
        assertion["expires"] = timestamp(instant + valid_days * _DAY)
    elif rng.random() < 0.03:
        assertion["expires"] = timestamp(instant + (30 + int(rng.random() * 700)) * _DAY)
    assertion["verification"] = {"type": "HostedBadge"}
    if rng.random() < 0.6:
        assertion["narrative"] = LONG_NARRATIVE if rng.random() < 0.002 else _one_of(rng, WORDS.narratives)
    if items := _evidence(rng, entity_id):
        assertion["evidence"] = items
    if rng.random() < 0.03:
        # Imported from another platform, with the image that was baked there.
        assertion["image"] = f"https://images.example.com/baked/{entity_id}.png"
    if rng.random() < 0.022:
        assertion["revoked"] = True
        if rng.random() < 0.7:
            assertion["revocationReason"] = _one_of(rng, WORDS.revocation_reasons)
    return assertion


def _recipient(rng: Random, earned_by: Person, entity_id: str) -> JsonObject:
    chance = rng.random()
    if chance < 0.89:
        return {"type": "email", "hashed": False, "identity": earned_by.email}
    if chance < 0.95:
        salt = entity_id[-8:]
        digest = hashlib.sha256((earned_by.email + salt).encode()).hexdigest()
        return {"type": "email", "hashed": True, "identity": f"sha256${digest}", "salt": salt}
    if chance < 0.97:
        address = f"https://people.example.org/~{entity_id[:8]}?tab=badges,all"
        return {"type": "url", "hashed": False, "identity": address}
    if chance < 0.985:
        # Numbers reserved for fiction.
        return {"type": "telephone", "hashed": False, "identity": f"+44 20 7946 0{int(rng.random() * 1000):03}"}
    prefix = "@" if chance < 0.992 else "urn:example:person:"
    return {"type": "id", "hashed": False, "identity": prefix + entity_id[:12]}


def _evidence(rng: Random, entity_id: str) -> list[JsonObject]:
    chance = rng.random()
    if chance < 0.62:
        return []
    items: list[JsonObject] = []
    for number in range(1 if chance < 0.85 else 2 + int(rng.random() * 4)):
        what = rng.random()
        item: JsonObject = {}
        if what < 0.88:
            query = "?view=full&lang=en,de" if what < 0.05 else ""
            item["id"] = f"https://portfolio.example.org/{entity_id[:10]}/{number + 1}{query}"
        if what >= 0.45:
            item["narrative"] = _one_of(rng, WORDS.evidence)
        items.append(item)
    return items


def _one_of(rng: Random, texts: list[str]) -> str:
    # This is three times as fast as `Random.choice`, which matters for a million awards.
    return texts[int(rng.random() * len(texts))]


def _as_id(data: bytes) -> str:
    return urlsafe_b64encode(data)[:22].decode("ascii")


def _scattered(number: int) -> int:
    """Return a random-looking 64-bit number that depends only on `number`.

    The algorithm is SplitMix64, which is much faster than `Random`.
    """
    bits = (number * 0x9E3779B97F4A7C15 + SEED * 0xD1B54A32D192ED03) & 0xFFFF_FFFF_FFFF_FFFF
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFF_FFFF_FFFF_FFFF
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB & 0xFFFF_FFFF_FFFF_FFFF
    return bits ^ bits >> 31


@cache
def _mailbox(given: str) -> str:
    """Convert a first name to ASCII for an email address. If no letters or digits remain, return ``learner``."""
    letters = given.casefold().translate(LATIN_LETTERS)
    folded = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode("ascii")
    return "".join(filter(str.isalnum, folded)) or "learner"
