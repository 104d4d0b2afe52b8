"""Which version of Open Badges a document is of, 0.5 to 3.0, and the badge class that it describes.

0.5 to 2.1 have assertions and badge classes; 2.1 adds an API to 2.0, and its documents are those of 2.0. 3.0 has
credentials (OpenBadgeCredential, AchievementCredential) and achievements.
"""

from typing import Final

from badgedata.openbadges.badge_classes import described
from badgedata.openbadges.badge_content import DescribedBadge, OpenBadgesVersion
from badgedata.openbadges.json_documents import JsonDocument
from badgedata.openbadges.notices import Notice
from badgedata.openbadges.opening import OpenedSource, open_source
from badgedata.openbadges.refusals import SourceRefusedError, quoted
from badgedata.openbadges.source_documents import DocumentTrail, absolute

CREDENTIAL_TYPES: Final = frozenset({"openbadgecredential", "achievementcredential"})


def describe(opened: OpenedSource, trail: DocumentTrail) -> DescribedBadge:
    """Describe the badge class that a document is, or that it awards.

    Parameters
    ----------
    trail
        Reads what the document links.

    Raises
    ------
    SourceRefusedError
        ``not-open-badges`` where it is of no version, or not as its version has it; or what the trail raises.
    """
    found = opened.json
    contexts = _named_contexts(found)
    if _version3(found, contexts):
        return _describe_version3(found, trail, is_signed=opened.token is not None)
    if version := _version2(found, contexts):
        return _describe_version2(found, version, trail)
    if version := _version1(found, contexts):
        return _describe_version1(found, version, trail)
    raise SourceRefusedError(
        "not-open-badges",
        found.document,
        "an Open Badges assertion, credential or badge class was expected, "
        f"found an object with the fields {quoted(', '.join(found.fields) or 'none')}",
    )


def _named_contexts(found: JsonDocument) -> frozenset[str]:
    """The addresses among its contexts; a context may also be given in full, as an object, which names no version."""
    context = found.fields.get("@context")
    return frozenset(item for item in (context if isinstance(context, list) else [context]) if isinstance(item, str))


def _version1(found: JsonDocument, contexts: frozenset[str]) -> OpenBadgesVersion | None:
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


def _describe_version1(found: JsonDocument, version: OpenBadgesVersion, trail: DocumentTrail) -> DescribedBadge:
    """The badge class that a 0.5, 1.0 or 1.1 assertion or badge class describes.

    Notes
    -----
    https://github.com/mozilla/openbadges-backpack/wiki/Assertions and
    https://github.com/mozilla/openbadges-specification/blob/master/Assertion/latest.md
    """
    if "badge" not in found.fields:
        return _describe_badge_class(found, version, None, None)
    verify = found.child("verify")
    verified_at = verify.label("url") if verify and verify.label("type").lower() != "signed" else ""
    known_by = found.identifier() or verified_at or found.url or found.label("uid") or None
    return _describe_badge_class(_badge_class_of(found, trail), version, found, known_by)


def _version2(found: JsonDocument, contexts: frozenset[str]) -> OpenBadgesVersion | None:
    """Which 2.x version a document is of, or None; one without a context is told by its type."""
    if any("ob/v2p1" in context for context in contexts):
        return "2.1"
    if any("openbadges/v2" in context or "openbadgespec.org/v2" in context for context in contexts):
        return "2.0"
    return "2.0" if not contexts and found.types() & {"assertion", "badgeclass"} else None


def _describe_version2(found: JsonDocument, version: OpenBadgesVersion, trail: DocumentTrail) -> DescribedBadge:
    """The badge class that a 2.0 or 2.1 assertion or badge class describes.

    Notes
    -----
    Open Badges 2.0, https://www.imsglobal.org/spec/ob/v2p0/ sections "Assertion" and "BadgeClass".
    """
    if "badge" not in found.fields and "assertion" not in found.types():
        return _describe_badge_class(found, version, None, None)
    return _describe_badge_class(_badge_class_of(found, trail), version, found, found.identifier() or found.url)


def _version3(found: JsonDocument, contexts: frozenset[str]) -> OpenBadgesVersion | None:
    """ "3.0" where a document is a credential or an achievement of 3.0, or None."""
    types = found.types()
    is_credential = bool(types & CREDENTIAL_TYPES) or "credentialSubject" in found.fields
    return "3.0" if is_credential or "achievement" in types or any("ob/v3p0" in one for one in contexts) else None


def _describe_version3(found: JsonDocument, trail: DocumentTrail, *, is_signed: bool) -> DescribedBadge:
    """The achievement that a 3.0 credential is about, in 2.0 words.

    Parameters
    ----------
    found
        The credential, or the achievement itself.
    trail
        For an achievement that is only linked.
    is_signed
        Whether the credential came in a JWS; its own proof then doesn't matter.

    Notes
    -----
    Open Badges 3.0, https://www.imsglobal.org/spec/ob/v3p0/ sections B.1.1 (AchievementCredential) and B.1.2
    (Achievement).
    """
    is_achievement = "achievement" in found.types()
    achievement = found if is_achievement else _achievement(found, trail)
    notices = [] if is_achievement else _notices(found, is_signed=is_signed)
    image = achievement.reference("image") or ("" if is_achievement else found.reference("image"))
    return described(
        achievement,
        "3.0",
        assertion_id=None if is_achievement else found.identifier() or found.url,
        issuer_id=found.name_of("issuer") or None,
        base=achievement.url,
        image=absolute(achievement.url, image) if image else None,
        notices=notices,
    )


def _achievement(credential: JsonDocument, trail: DocumentTrail) -> JsonDocument:
    subjects = _subjects(credential)
    if not subjects:
        credential.refuse("credentialSubject.achievement", "an achievement", None)
    achievement = subjects[0].child("achievement")
    if achievement is not None and achievement.label("name"):
        return achievement
    reference = subjects[0].reference("achievement")
    if not reference:
        subjects[0].refuse("achievement", "an achievement or its address", subjects[0].fields["achievement"])
    linked = trail.follow(absolute(credential.url, reference), credential.document)
    return open_source(linked, trail, _linked_object)


def _subjects(credential: JsonDocument) -> list[JsonDocument]:
    return [subject for subject in credential.children("credentialSubject") if "achievement" in subject.fields]


def _notices(credential: JsonDocument, *, is_signed: bool) -> list[Notice]:
    """Note what could not be checked of a credential, and the achievements that are left out."""
    notices = [] if is_signed else [_unchecked_proof(credential)]
    first, *others = _subjects(credential)
    first.note_others(notices, "achievement")
    for other in others:
        achievement = other.child("achievement")
        named = achievement.label("name", "id") if achievement is not None else other.label("achievement")
        notices.append(Notice("several-achievements", (quoted(named),)))
    return notices


def _unchecked_proof(credential: JsonDocument) -> Notice:
    proof = credential.child("proof")
    if proof is None:
        return Notice("no-proof")
    kind = " ".join(filter(None, (proof.label("type"), proof.label("cryptosuite"))))
    return Notice("proof-unchecked", (kind or "of no named kind",))


def _badge_class_of(assertion: JsonDocument, trail: DocumentTrail) -> JsonDocument:
    """The badge class that an assertion embeds or links, in its field ``badge``.

    Raises
    ------
    SourceRefusedError
        ``not-open-badges`` where there is none, or it turns out to be something else.
    """
    badge = assertion.child("badge")
    if badge is not None and badge.label("name"):
        return badge
    reference = assertion.reference("badge")
    if not reference:
        assertion.refuse("badge", "a badge class or its address", assertion.fields.get("badge"))
    found = trail.follow(absolute(assertion.url, reference), assertion.document)
    return open_source(found, trail, _linked_badge_class)


def _linked_object(opened: OpenedSource) -> JsonDocument:
    """Return the JSON of what an award links as its badge.

    Raises
    ------
    SourceRefusedError
        ``not-open-badges`` where it is signed by itself: only an award's signature is checked.
    """
    if opened.token is not None:
        raise SourceRefusedError("not-open-badges", opened.json.document, "a badge as JSON was expected, found a JWS")
    return opened.json


def _linked_badge_class(opened: OpenedSource) -> JsonDocument:
    linked = _linked_object(opened)
    if "badge" in linked.fields or "assertion" in linked.types():
        linked.refuse("type", "a BadgeClass", "Assertion")
    return linked


def _describe_badge_class(
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
    SourceRefusedError
        ``not-open-badges`` for a field that is not of the shape its specification gives it.
    """
    if badge.types() and not any(name.endswith("badgeclass") for name in badge.types()):
        badge.refuse("type", "a BadgeClass", " ".join(badge.texts("type", "@type")))
    notices: list[Notice] = []
    if assertion is not None:
        assertion.note_others(notices, "badge")
    issuer = badge.child("issuer")
    # In 0.5, addresses within the badge start from the issuer's origin (Mozilla backpack, "Assertions").
    base = badge.url if issuer is None else issuer.label("origin") or badge.url
    image = absolute(base, badge.reference("image")) if badge.reference("image") else ""
    if not image and assertion is not None and assertion.reference("image"):
        image = absolute(assertion.url, assertion.reference("image"))
    return described(
        badge,
        version,
        assertion_id=assertion_id,
        issuer_id=badge.name_of("issuer") or None,
        base=base,
        image=image or None,
        notices=notices,
    )
