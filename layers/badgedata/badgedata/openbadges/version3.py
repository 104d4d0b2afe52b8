"""Open Badges 3.0: credentials (OpenBadgeCredential, AchievementCredential) and achievements."""

from typing import Final

from badgedata.openbadges.badge_classes import described, linked_object
from badgedata.openbadges.badge_content import DescribedBadge, OpenBadgesVersion
from badgedata.openbadges.json_documents import JsonDocument
from badgedata.openbadges.notices import Notice
from badgedata.openbadges.opening import open_source
from badgedata.openbadges.refusals import quoted
from badgedata.openbadges.source_documents import DocumentTrail, absolute

CREDENTIAL_TYPES: Final = frozenset({"openbadgecredential", "achievementcredential"})


def version3(found: JsonDocument, contexts: frozenset[str]) -> OpenBadgesVersion | None:
    """ "3.0" where a document is a credential or an achievement of 3.0, or None."""
    types = found.types()
    is_credential = bool(types & CREDENTIAL_TYPES) or "credentialSubject" in found.fields
    return "3.0" if is_credential or "achievement" in types or any("ob/v3p0" in one for one in contexts) else None


def describe_version3(found: JsonDocument, trail: DocumentTrail, *, is_signed: bool) -> DescribedBadge:
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
    return open_source(linked, trail, linked_object)


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
