"""Which organization, issuer or badge class a request is about, where it can be any of the three."""

from badgedata.access import ScopeType
from badgedata.problems import invalid


def named_scope(
    organization_id: str | None, issuer_id: str | None, badge_class_id: str | None, field: str = "organizationId"
) -> tuple[ScopeType, str]:
    """Give the type and the id of the one that is named.

    Raises
    ------
    Problem
        422 for `field`, when none or several are.
    """
    scopes: dict[ScopeType, str | None] = {
        "organization": organization_id,
        "issuer": issuer_id,
        "badge-class": badge_class_id,
    }
    named = [(scope_type, scope_id) for scope_type, scope_id in scopes.items() if scope_id is not None]
    if len(named) != 1:
        raise invalid(field, "Give exactly one of organizationId, issuerId and badgeClassId.")
    return named[0]
