"""Open Badges 2.0 and 2.1: assertions and badge classes. 2.1 adds an API; its documents are those of 2.0."""

from badgedata.openbadges.badge_classes import badge_class_of, describe
from badgedata.openbadges.badge_content import DescribedBadge, OpenBadgesVersion
from badgedata.openbadges.json_documents import JsonDocument
from badgedata.openbadges.source_documents import DocumentTrail


def version2(found: JsonDocument, contexts: frozenset[str]) -> OpenBadgesVersion | None:
    """Which 2.x version a document is of, or None; one without a context is told by its type."""
    if any("ob/v2p1" in context for context in contexts):
        return "2.1"
    if any("openbadges/v2" in context or "openbadgespec.org/v2" in context for context in contexts):
        return "2.0"
    return "2.0" if not contexts and found.types() & {"assertion", "badgeclass"} else None


def describe_version2(found: JsonDocument, version: OpenBadgesVersion, trail: DocumentTrail) -> DescribedBadge:
    """The badge class that a 2.0 or 2.1 assertion or badge class describes.

    Notes
    -----
    Open Badges 2.0, https://www.imsglobal.org/spec/ob/v2p0/ sections "Assertion" and "BadgeClass".
    """
    if "badge" not in found.fields and "assertion" not in found.types():
        return describe(found, version, None, None)
    return describe(badge_class_of(found, trail), version, found, found.identifier() or found.url)
