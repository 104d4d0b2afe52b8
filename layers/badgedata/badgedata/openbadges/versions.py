"""Recognize a document's Open Badges version (0.5 to 3.0), and describe its badge class.

Versions 0.5 to 2.1 define assertions and badge classes. Version 2.1 adds an API to version 2.0 and uses the same
documents. Version 3.0 defines credentials (OpenBadgeCredential, AchievementCredential) and achievements.
"""

from typing import Final

from badgedata.openbadges.badge_classes import DescribedBadge, OpenBadgesVersion, described_badge
from badgedata.openbadges.json_documents import JsonDocument
from badgedata.openbadges.notices import Notice
from badgedata.openbadges.opening import OpenedSource, open_source
from badgedata.openbadges.rejections import SourceRejectedError, quoted
from badgedata.openbadges.source_documents import DocumentTrail, absolute

CREDENTIAL_TYPES: Final = frozenset({"openbadgecredential", "achievementcredential"})


def describe(opened: OpenedSource, trail: DocumentTrail) -> DescribedBadge:
    """Describe the badge class that a source contains or links to.

    Parameters
    ----------
    trail
        The reader for linked documents.

    Raises
    ------
    SourceRejectedError
        - ``not-open-badges`` if the version is unknown, or if the source violates the specification.
        - An error from `trail` if a linked document can't be read.
    """
    source = opened.json
    contexts = _named_contexts(source)
    if _version3(source, contexts):
        return _describe_version3(source, trail, is_signed=opened.token is not None)
    if version := _version2(source, contexts):
        return _describe_version2(source, version, trail)
    if version := _version1(source, contexts):
        return _describe_version1(source, version, trail)
    raise SourceRejectedError(
        "not-open-badges",
        source.document,
        "expected an Open Badges assertion, credential, or badge class, "
        "found an object with " + (f"the fields {quoted(', '.join(source.fields))}" if source.fields else "no fields"),
        "not-a-badge",
    )


def _named_contexts(source: JsonDocument) -> frozenset[str]:
    """Return an object's context URLs. Inline contexts are omitted, because they don't specify a version."""
    context = source.fields.get("@context")
    return frozenset(item for item in (context if isinstance(context, list) else [context]) if isinstance(item, str))


def _version1(source: JsonDocument, contexts: frozenset[str]) -> OpenBadgesVersion | None:
    """Return the version if it is 0.5, 1.0, or 1.1. Otherwise, return None.

    Version 1.0 added ``verify``, ``uid``, and a separate document for the badge class. In version 0.5, the badge
    is embedded, and the recipient is a string. Version 1.1 added a JSON-LD context ("Specification changes and
    backwards compatibility").
    """
    if any("openbadges/v1" in context or "openbadgespec.org/v1" in context for context in contexts):
        return "1.1"
    badge = source.child("badge")
    is_assertion = "badge" in source.fields and ("recipient" in source.fields or "verify" in source.fields)
    if is_assertion and (isinstance(source.fields.get("recipient"), str) or (badge and "version" in badge.fields)):
        return "0.5"
    is_badge_class = {"name", "criteria"} <= source.fields.keys()
    return "1.0" if is_assertion or is_badge_class else None


def _describe_version1(source: JsonDocument, version: OpenBadgesVersion, trail: DocumentTrail) -> DescribedBadge:
    """Describe the badge in an Open Badges 0.5, 1.0, or 1.1 document.

    Notes
    -----
    https://github.com/mozilla/openbadges-backpack/wiki/Assertions and
    https://github.com/mozilla/openbadges-specification/blob/master/Assertion/latest.md
    """
    if "badge" not in source.fields:
        return _describe_badge_class(source, version, None, None)
    verify = source.child("verify")
    verified_at = verify.label("url") if verify and verify.label("type").lower() != "signed" else ""
    known_by = source.identifier() or verified_at or source.url or source.label("uid") or None
    return _describe_badge_class(_badge_class_of(source, trail), version, source, known_by)


def _version2(source: JsonDocument, contexts: frozenset[str]) -> OpenBadgesVersion | None:
    """Return the version if it is 2.0 or 2.1. Otherwise, return None.

    A document without a context is identified by its type.
    """
    if any("ob/v2p1" in context for context in contexts):
        return "2.1"
    if any("openbadges/v2" in context or "openbadgespec.org/v2" in context for context in contexts):
        return "2.0"
    return "2.0" if not contexts and source.types() & {"assertion", "badgeclass"} else None


def _describe_version2(source: JsonDocument, version: OpenBadgesVersion, trail: DocumentTrail) -> DescribedBadge:
    """Describe the badge in an Open Badges 2.0 or 2.1 document.

    Notes
    -----
    See "Assertion" and "BadgeClass" in Open Badges 2.0, https://www.imsglobal.org/spec/ob/v2p0/.
    """
    if "badge" not in source.fields and "assertion" not in source.types():
        return _describe_badge_class(source, version, None, None)
    return _describe_badge_class(_badge_class_of(source, trail), version, source, source.identifier() or source.url)


def _version3(source: JsonDocument, contexts: frozenset[str]) -> OpenBadgesVersion | None:
    """Return "3.0" if the source is an Open Badges 3.0 document. Otherwise, return None."""
    types = source.types()
    is_credential = bool(types & CREDENTIAL_TYPES) or "credentialSubject" in source.fields
    return "3.0" if is_credential or "achievement" in types or any("ob/v3p0" in one for one in contexts) else None


def _describe_version3(source: JsonDocument, trail: DocumentTrail, *, is_signed: bool) -> DescribedBadge:
    """Describe an Open Badges 3.0 credential or achievement in Open Badges 2.0 terms.

    Parameters
    ----------
    source
        The credential, or the achievement itself.
    trail
        The reader for linked documents. It is used if the achievement isn't embedded.
    is_signed
        Whether the credential is the content of a JWS. If so, its embedded proof is ignored.

    Notes
    -----
    Open Badges 3.0, https://www.imsglobal.org/spec/ob/v3p0/, sections B.1.1 (AchievementCredential) and B.1.2
    (Achievement).
    """
    is_achievement = "achievement" in source.types()
    achievement = source if is_achievement else _achievement(source, trail)
    notices = [] if is_achievement else _notices(source, is_signed=is_signed)
    image = achievement.reference("image") or ("" if is_achievement else source.reference("image"))
    return described_badge(
        achievement,
        "3.0",
        assertion_id=None if is_achievement else source.identifier() or source.url,
        issuer_id=source.name_of("issuer") or None,
        issuer_name=_name_of_issuer(source),
        base=achievement.url,
        image=absolute(achievement.url, image) if image else None,
        notices=notices,
    )


def _achievement(credential: JsonDocument, trail: DocumentTrail) -> JsonDocument:
    subjects = _subjects(credential)
    if not subjects:
        credential.reject("credentialSubject.achievement", "an achievement", None)
    achievement = subjects[0].child("achievement")
    if achievement is not None and achievement.label("name"):
        return achievement
    reference = subjects[0].reference("achievement")
    if not reference:
        subjects[0].reject("achievement", "an achievement or its URL", subjects[0].fields["achievement"])
    linked = trail.follow(absolute(credential.url, reference), credential.document)
    return open_source(linked, trail, _linked_object)


def _subjects(credential: JsonDocument) -> list[JsonDocument]:
    return [subject for subject in credential.children("credentialSubject") if "achievement" in subject.fields]


def _notices(credential: JsonDocument, *, is_signed: bool) -> list[Notice]:
    notices = [] if is_signed else [_unchecked_proof(credential)]
    first, *others = _subjects(credential)
    first.note_others(notices, "achievement")
    for other in others:
        achievement = other.child("achievement")
        named = achievement.label("name", "id") if achievement is not None else other.label("achievement")
        notices.append(Notice("several-achievements", (quoted(named),)))
    return notices


def _name_of_issuer(document: JsonDocument) -> str:
    issuer = document.child("issuer")
    return issuer.label("name") if issuer is not None else ""


def _unchecked_proof(credential: JsonDocument) -> Notice:
    proof = credential.child("proof")
    if proof is None:
        return Notice("no-proof")
    kind = " ".join(filter(None, (proof.label("type"), proof.label("cryptosuite"))))
    return Notice("proof-unchecked", (quoted(kind) or "of unknown type",))


def _badge_class_of(assertion: JsonDocument, trail: DocumentTrail) -> JsonDocument:
    """Return the badge class that an assertion's ``badge`` field contains or links to.

    Raises
    ------
    SourceRejectedError
        - ``not-open-badges`` if the field is missing, or if it doesn't contain or link to a badge class.
        - An error from `trail` if the linked document can't be read.
    """
    badge = assertion.child("badge")
    if badge is not None and badge.label("name"):
        return badge
    reference = assertion.reference("badge")
    if not reference:
        assertion.reject("badge", "a badge class or its URL", assertion.fields.get("badge"))
    source = trail.follow(absolute(assertion.url, reference), assertion.document)
    return open_source(source, trail, _linked_badge_class)


def _linked_object(opened: OpenedSource) -> JsonDocument:
    """Return the badge in a linked document. Reject a JWS, because signatures are checked only for awards."""
    if opened.token is not None:
        raise SourceRejectedError(
            "not-open-badges", opened.json.document, "expected a badge in JSON format, found a JWS"
        )
    return opened.json


def _linked_badge_class(opened: OpenedSource) -> JsonDocument:
    linked = _linked_object(opened)
    if "badge" in linked.fields or "assertion" in linked.types():
        linked.reject("type", "a BadgeClass", "Assertion", "not-a-badge")
    return linked


def _describe_badge_class(
    badge: JsonDocument, version: OpenBadgesVersion, assertion: JsonDocument | None, assertion_id: str | None
) -> DescribedBadge:
    """Describe a badge class (versions 0.5 to 2.1) in Open Badges 2.0 terms.

    Parameters
    ----------
    badge
        The badge class.
    version
        The source's version.
    assertion, assertion_id
        The assertion that contains or links to the badge class, and the assertion's ID or URL. Both are None if the
        source is a badge class.

    Raises
    ------
    SourceRejectedError
        ``not-open-badges`` if a field violates the specification.
    """
    if badge.types() and not any(name.endswith("badgeclass") for name in badge.types()):
        badge.reject("type", "a BadgeClass", " ".join(badge.texts("type", "@type")), "not-a-badge")
    notices: list[Notice] = []
    if assertion is not None:
        assertion.note_others(notices, "badge")
    issuer = badge.child("issuer")
    # In 0.5, the issuer's origin is the base for URLs in the badge (Mozilla backpack, "Assertions").
    base = badge.url if issuer is None else issuer.label("origin") or badge.url
    image = absolute(base, badge.reference("image")) if badge.reference("image") else ""
    if not image and assertion is not None and assertion.reference("image"):
        image = absolute(assertion.url, assertion.reference("image"))
    return described_badge(
        badge,
        version,
        assertion_id=assertion_id,
        issuer_id=badge.name_of("issuer") or None,
        issuer_name=_name_of_issuer(badge),
        base=base,
        image=image or None,
        notices=notices,
    )
