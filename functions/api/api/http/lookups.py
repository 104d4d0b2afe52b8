"""Look up records and scopes. Raise a 404 problem if a record doesn't exist or the caller has no access to it."""

from collections.abc import Callable

from badgedata.access import Caller, Scope
from badgedata.identifiers import is_entity_id
from badgedata.problems import Problem, not_found


def require_record[R](
    look_up: Callable[[str], R | None], record_id: str, what: str, missing: Callable[[str], Problem] = not_found
) -> R:
    """Return the record with this ID. Invalid IDs are rejected without a lookup.

    Parameters
    ----------
    what
        The kind of record to name in the error message, such as ``"export"``.
    missing
        A function that returns the problem to raise if the record doesn't exist.

    Raises
    ------
    Problem
        404 if the ID is invalid or the record doesn't exist.
    """
    record = look_up(record_id) if is_entity_id(record_id) else None
    if record is None:
        raise missing(what)
    return record


def require_scope(caller: Caller, scope_type: str, scope_id: str, what: str) -> Scope:
    """Return a record's scope if the caller has a role in that scope.

    Raises
    ------
    Problem
        404 if the caller has no role in the scope. The response is the same as for a missing record.
    """
    try:
        return caller.scope(scope_type, scope_id)
    except Problem:
        raise not_found(what) from None
