"""The badge class of Open Badges 0.5 to 2.1: found from its assertion, then described."""

from badgedata.openbadges.json_documents import JsonDocument, json_object
from badgedata.openbadges.proposals import Alignment, Criteria, DescribedBadge, OpenBadgesVersion
from badgedata.openbadges.refusals import quoted
from badgedata.openbadges.source_documents import DocumentTrail, absolute, is_web_address


def badge_class_of(assertion: JsonDocument, trail: DocumentTrail) -> JsonDocument:
    """The badge class that an assertion embeds or links, in its field ``badge``.

    Raises
    ------
    SourceRefused
        ``not-open-badges`` where there is none, or it turns out to be something else.
    """
    badge = assertion.child("badge")
    if badge is not None and badge.text("name"):
        return badge
    reference = assertion.reference("badge")
    if not reference:
        assertion.refuse("badge", "a badge class or its address", assertion.fields.get("badge"))
    found = trail.follow(absolute(assertion.url, reference), assertion.document)
    linked = json_object(found.body, found.label, found.url)
    if "badge" in linked.fields or "Assertion" in linked.types():
        linked.refuse("type", "a BadgeClass", "Assertion")
    return linked


def describe(
    badge: JsonDocument, version: OpenBadgesVersion, assertion: JsonDocument | None, assertion_id: str | None
) -> DescribedBadge:
    """What a 0.5 to 2.1 badge class says, in 2.0 words.

    Parameters
    ----------
    badge
        The badge class.
    version
        That of the source.
    assertion, assertion_id
        The assertion it was found from, and what that is known by; None where the source is a badge class itself.

    Raises
    ------
    SourceRefused
        ``not-open-badges`` for a field that is not of the shape its specification gives it.
    """
    if badge.types() and not any(name.endswith("BadgeClass") for name in badge.types()):
        badge.refuse("type", "a BadgeClass", " ".join(sorted(badge.types())))
    warnings: list[str] = []
    issuer = badge.child("issuer")
    # In 0.5, addresses within the badge start from the issuer's origin (Mozilla backpack, "Assertions").
    base = badge.url if issuer is None else issuer.text("origin") or badge.url
    image = absolute(base, badge.reference("image")) if badge.reference("image") else ""
    if not image and assertion is not None and assertion.reference("image"):
        image = absolute(assertion.url, assertion.reference("image"))
    return DescribedBadge(
        open_badges_version=version,
        assertion_id=assertion_id,
        issuer_id=badge.reference("issuer") or None,
        name=badge.required_text("name"),
        description=badge.text("description"),
        criteria=_criteria(badge, base, warnings),
        alignment=tuple(alignment_of(item, warnings) for item in badge.children("alignment")),
        tags=badge.texts("tags"),
        image=image or None,
        document=badge.document,
        warnings=tuple(warnings),
    )


def alignment_of(alignment: JsonDocument, warnings: list[str]) -> Alignment:
    """One alignment; 1.0 and 1.1 say ``name``, ``url`` and ``description`` where 2.0 and 3.0 say ``target…``."""
    return Alignment(
        targetName=alignment.text("targetName", "name"),
        targetUrl=web_address_or_nothing(alignment.text("targetUrl", "url"), "an alignment", warnings),
        targetDescription=alignment.text("targetDescription", "description"),
        targetFramework=alignment.text("targetFramework"),
        targetCode=alignment.text("targetCode"),
    )


def web_address_or_nothing(url: str, whose: str, warnings: list[str]) -> str:
    """The address where it is http or https; else "" and a warning, since pages turn addresses into links."""
    if url and not is_web_address(url):
        warnings.append(f"The address of {whose} is left out, for it is not an http or https address: {quoted(url)}")
        return ""
    return url


def _criteria(badge: JsonDocument, base: str | None, warnings: list[str]) -> Criteria:
    criteria = badge.child("criteria")
    if criteria is not None:
        url = web_address_or_nothing(criteria.identifier(), "the criteria", warnings)
        return Criteria(url, criteria.text("narrative"))
    reference = badge.text("criteria")
    return Criteria(web_address_or_nothing(absolute(base, reference) if reference else "", "the criteria", warnings))
