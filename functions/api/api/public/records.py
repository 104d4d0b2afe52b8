"""Look up the records of public documents. If a record is missing, browsers receive a 404 response in HTML."""

from functools import partial

from badgedata.access import find_badge_class, find_issuer
from badgedata.problems import Problem
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Issuer

from ..http.lookups import require_record


class UnknownDocumentError(Problem):
    """Raised when no public document has the given ID. The API returns 404."""

    def __init__(self, what: str) -> None:
        super().__init__(404, "not-found", "Not found", f"No such {what}.")
        self.what = what


def require_issuer(issuer_id: str) -> Issuer:
    """Return the issuer, or raise `UnknownDocumentError`."""
    return require_record(find_issuer, issuer_id, "issuer", UnknownDocumentError)


def require_badge_class(badge_class_id: str) -> BadgeClass:
    """Read the badge class with strong consistency. Raise `UnknownDocumentError` if it doesn't exist."""
    return require_record(
        partial(find_badge_class, consistent=True), badge_class_id, "badge class", UnknownDocumentError
    )


def require_award(award_id: str) -> Award:
    """Return the award, or raise `UnknownDocumentError`."""
    return require_record(_find_award, award_id, "assertion", UnknownDocumentError)


def _find_award(award_id: str) -> Award | None:
    for key in Award.by_award_id.query(award_id, limit=1):
        try:
            return Award.get(key.issuer_id, key.issued_on_award_id)
        except Award.DoesNotExist:
            break
    return None
