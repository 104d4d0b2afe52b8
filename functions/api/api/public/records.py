"""What the public asks for by its id: found, or a 404 that a person gets as a page."""

from functools import partial

from badgedata.access import find_badge_class, find_issuer
from badgedata.problems import Problem
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Issuer

from ..http.lookups import found


class UnknownDocument(Problem):
    """Nothing with this id is here."""

    def __init__(self, what: str) -> None:
        super().__init__(404, "not-found", "Not found", f"There is no such {what} here.")
        self.what = what


def require_issuer(issuer_id: str) -> Issuer:
    """Give the issuer. Raises `UnknownDocument`."""
    return found(find_issuer, issuer_id, "issuer", UnknownDocument)


def require_badge_class(badge_class_id: str) -> BadgeClass:
    """Give the badge class as it is at this moment. Raises `UnknownDocument`."""
    return found(partial(find_badge_class, consistent=True), badge_class_id, "badge class", UnknownDocument)


def require_award(award_id: str) -> Award:
    """Give the award. Raises `UnknownDocument`."""
    return found(_find_award, award_id, "assertion", UnknownDocument)


def _find_award(award_id: str) -> Award | None:
    for key in Award.by_award_id.query(award_id, limit=1):
        try:
            return Award.get(key.issuer_id, key.issued_on_award_id)
        except Award.DoesNotExist:
            break
    return None
