"""Awards as Open Badges 2.0 assertions, run by run (Open Badges 2.0, "Assertion")."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import batched

import msgspec

from badgedata.addresses import assertion_url, badge_class_url, image_url
from badgedata.config import config
from badgedata.documents import Assertion, Evidence, Recipient, Verification, with_more_keys
from badgedata.exports.award_pages import AwardItem, EvidenceList, awards_of_badge_class, evidence_or_none, text_or_none
from badgedata.exports.embedded_images import data_uri
from badgedata.exports.json_pages import Run
from badgedata.exports.pages import UnreadableDataError
from badgedata.stored_images import stored_image
from badgedata.text import json_without_control_characters, may_hold_control_characters

RUN = 64
"""Assertions in one run; not DynamoDB's pages decide it, so that the same data give the same runs."""

IMAGES_AT_ONCE = 8
"""Assertions in one run with images. Those are read side by side, and are in memory together, each up to 4 MiB."""

_HOSTED = Verification(type="HostedBadge")
_encode = msgspec.json.Encoder().encode


def assertion_runs(embed_images: bool, badge_class_id: str, after: str) -> Iterator[Run]:
    """Read a badge class's awards behind the sort key `after` ("" is the first), and write each as an assertion.

    The order is that of the date and the id. With the `@context` added, each is a document of its own.

    Raises
    ------
    UnreadableDataError
        Names the award that can't be read, or has no recipient, or whose image is missing.
    """
    base_url = config().public_base_url
    badge = badge_class_url(base_url, badge_class_id)
    awards = (award for page in awards_of_badge_class(badge_class_id, after) for award in page.items)
    with ThreadPoolExecutor(IMAGES_AT_ONCE, thread_name_prefix="images") as pool:
        for few in batched(awards, IMAGES_AT_ONCE if embed_images else RUN, strict=False):
            assertions = [_assertion(award, badge, base_url) for award in few]
            if embed_images:
                for assertion, image in zip(assertions, pool.map(_embedded, few, assertions), strict=True):
                    assertion.image = image
            yield Run(_written(assertions)[1:-1], len(few), few[-1].issued_on_award_id.S)


def _written(assertions: list[Assertion]) -> bytes:
    data = with_more_keys(_encode(assertions))
    if may_hold_control_characters(data):  # which older awards do
        data = _encode(json_without_control_characters(msgspec.json.decode(data)))
    return data


def _embedded(award: AwardItem, assertion: Assertion) -> str | None:
    stored = stored_image(award.image.S)
    return assertion.image if stored is None else data_uri(stored, assertion.id or "")


def _assertion(award: AwardItem, badge: str, base_url: str) -> Assertion:
    url = assertion_url(base_url, award.award_id.S)
    if not (award.recipient_type.S and award.recipient_identity.S):
        raise UnreadableDataError(f"Award {award.award_id.S} has no recipientType or no recipientIdentity.")
    return Assertion(
        id=url,
        type="Assertion",
        entity_id=award.award_id.S,
        badge=badge,
        recipient=Recipient(
            type=award.recipient_type.S,
            hashed=award.recipient_hashed.BOOL,
            identity=award.recipient_identity.S,
            salt=text_or_none(award.recipient_salt),
        ),
        recipient_name=text_or_none(award.recipient_name),
        issued_on=award.issued_on.S,
        expires=text_or_none(award.expires),
        verification=_HOSTED,
        narrative=text_or_none(award.narrative),
        evidence=_evidence(award.evidence),
        image=image_url(url, text_or_none(award.image)),
        revoked=award.revoked.BOOL or None,
        revocation_reason=text_or_none(award.revocation_reason) if award.revoked.BOOL else None,
        more=msgspec.json.decode(award.more.S) if award.more.S else None,
    )


def _evidence(attribute: EvidenceList) -> list[Evidence] | None:
    items = evidence_or_none(attribute)
    if items is None:
        return None
    return [Evidence(id=text_or_none(item.M.id), narrative=text_or_none(item.M.narrative)) for item in items]
