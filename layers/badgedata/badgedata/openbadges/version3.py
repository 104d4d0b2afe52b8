"""Open Badges 3.0: credentials (OpenBadgeCredential, AchievementCredential) and achievements."""

from typing import Final

from badgedata.openbadges.badge_classes import alignment_of, web_address_or_nothing
from badgedata.openbadges.json_documents import JsonDocument, json_object
from badgedata.openbadges.proposals import Criteria, DescribedBadge, OpenBadgesVersion
from badgedata.openbadges.source_documents import DocumentTrail, absolute

CREDENTIAL_TYPES: Final = frozenset({"OpenBadgeCredential", "AchievementCredential"})


def version3(found: JsonDocument, contexts: frozenset[str]) -> OpenBadgesVersion | None:
    """ "3.0" where a document is a credential or an achievement of 3.0, or None."""
    types = found.types()
    is_credential = bool(types & CREDENTIAL_TYPES) or "credentialSubject" in found.fields
    return "3.0" if is_credential or "Achievement" in types or any("ob/v3p0" in one for one in contexts) else None


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
    is_achievement = "Achievement" in found.types()
    achievement = found if is_achievement else _achievement(found, trail)
    warnings = [] if is_achievement or is_signed else [_unchecked_proof(found)]
    criteria = achievement.child("criteria")
    image = achievement.reference("image") or ("" if is_achievement else found.reference("image"))
    return DescribedBadge(
        open_badges_version="3.0",
        assertion_id=None if is_achievement else found.identifier() or found.url,
        issuer_id=found.reference("issuer") or None,
        name=achievement.required_text("name"),
        description=achievement.text("description"),
        criteria=Criteria(
            web_address_or_nothing(criteria.identifier(), "the criteria", warnings), criteria.text("narrative")
        )
        if criteria
        else Criteria(),
        alignment=tuple(alignment_of(item, warnings) for item in achievement.children("alignment")),
        tags=achievement.texts("tag", "tags"),
        image=absolute(achievement.url, image) if image else None,
        document=achievement.document,
        warnings=tuple(warnings),
    )


def _achievement(credential: JsonDocument, trail: DocumentTrail) -> JsonDocument:
    subjects = [subject for subject in credential.children("credentialSubject") if "achievement" in subject.fields]
    if not subjects:
        credential.refuse("credentialSubject.achievement", "an achievement", None)
    achievement = subjects[0].child("achievement")
    if achievement is not None and achievement.text("name"):
        return achievement
    reference = subjects[0].reference("achievement")
    if not reference:
        subjects[0].refuse("achievement", "an achievement or its address", subjects[0].fields["achievement"])
    linked = trail.follow(absolute(credential.url, reference), credential.document)
    return json_object(linked.body, linked.label, linked.url)


def _unchecked_proof(credential: JsonDocument) -> str:
    proof = credential.child("proof")
    if proof is None:
        return "The credential carries no proof, so nothing shows who issued it."
    kind = " ".join(filter(None, (proof.text("type"), proof.text("cryptosuite"))))
    return f"The credential's embedded proof ({kind or 'of no named kind'}) was not checked."
