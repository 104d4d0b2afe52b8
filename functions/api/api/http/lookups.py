"""What a path names by its id: the record, or a 404, and the caller's role on what it belongs to, or the same 404."""

from collections.abc import Callable

from badgedata.access import Caller, Scope
from badgedata.identifiers import is_entity_id
from badgedata.problems import Problem, not_found


def found[R](
    look_up: Callable[[str], R | None], record_id: str, what: str, missing: Callable[[str], Problem] = not_found
) -> R:
    """Return the record with this id. What can't be an id is not looked up.

    Parameters
    ----------
    what
        What it is, for people, such as ``"export"``.
    missing
        Writes the problem to raise where there is none.

    Raises
    ------
    Problem
        404 where there is no such record.
    """
    record = look_up(record_id) if is_entity_id(record_id) else None
    if record is None:
        raise missing(what)
    return record


def scope_of_found(caller: Caller, scope_type: str, scope_id: str, what: str) -> Scope:
    """Return the scope of a record that was found.

    Raises
    ------
    Problem
        404 where the caller has no role on it, which names the record, as if it weren't there.
    """
    try:
        return caller.scope(scope_type, scope_id)
    except Problem:
        raise not_found(what) from None
