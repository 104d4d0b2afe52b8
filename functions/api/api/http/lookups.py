"""Look up the record named in a path, and the caller's scope. Raise a 404 if either is missing."""

from collections.abc import Callable

from badgedata.access import Caller, Scope
from badgedata.identifiers import is_entity_id
from badgedata.problems import Problem, not_found


def require_record[R](
    look_up: Callable[[str], R | None], record_id: str, what: str, missing: Callable[[str], Problem] = not_found
) -> R:
    """Return the record with this ID. Strings that aren't valid IDs are not looked up.

    Parameters
    ----------
    what
        The human-readable name of the record's kind, such as ``"export"``.
    missing
        A function that returns the problem to raise if the record doesn't exist.

    Raises
    ------
    Problem
        404 if the record doesn't exist.
    """
    record = look_up(record_id) if is_entity_id(record_id) else None
    if record is None:
        raise missing(what)
    return record


def require_scope(caller: Caller, scope_type: str, scope_id: str, what: str) -> Scope:
    """Return the scope that a record belongs to.

    Raises
    ------
    Problem
        404 if the caller has no role for the scope. The response is identical to the one for a missing record.
    """
    try:
        return caller.scope(scope_type, scope_id)
    except Problem:
        raise not_found(what) from None
