"""Open Badges 0.5, 1.0 and 1.1: assertions and badge classes."""

from badgedata.openbadges.badge_classes import badge_class_of, describe
from badgedata.openbadges.badge_content import DescribedBadge, OpenBadgesVersion
from badgedata.openbadges.json_documents import JsonDocument
from badgedata.openbadges.source_documents import DocumentTrail


def version1(found: JsonDocument, contexts: frozenset[str]) -> OpenBadgesVersion | None:
    """Which version before 2.0 a document is of, or None.

    1.1 brought a JSON-LD context; 1.0 the badge class as a document of its own, ``verify`` and ``uid``; 0.5 had the
    badge inline and its recipient as bare text ("Specification changes and backwards compatibility").
    """
    if any("openbadges/v1" in context or "openbadgespec.org/v1" in context for context in contexts):
        return "1.1"
    badge = found.child("badge")
    is_assertion = "badge" in found.fields and ("recipient" in found.fields or "verify" in found.fields)
    if is_assertion and (isinstance(found.fields.get("recipient"), str) or (badge and "version" in badge.fields)):
        return "0.5"
    is_badge_class = {"name", "criteria"} <= found.fields.keys()
    return "1.0" if is_assertion or is_badge_class else None


def describe_version1(found: JsonDocument, version: OpenBadgesVersion, trail: DocumentTrail) -> DescribedBadge:
    """The badge class that a 0.5, 1.0 or 1.1 assertion or badge class describes.

    Notes
    -----
    https://github.com/mozilla/openbadges-backpack/wiki/Assertions and
    https://github.com/mozilla/openbadges-specification/blob/master/Assertion/latest.md
    """
    if "badge" not in found.fields:
        return describe(found, version, None, None)
    verify = found.child("verify")
    verified_at = verify.label("url") if verify and verify.label("type").lower() != "signed" else ""
    known_by = found.identifier() or verified_at or found.url or found.label("uid") or None
    return describe(badge_class_of(found, trail), version, found, known_by)
