"""Take the one badge out of what merely wraps it: a list, a JSON-LD graph, or a presentation of credentials."""

from typing import Final

from badgedata.openbadges.json_documents import JsonDocument
from badgedata.openbadges.refusals import SourceRefused
from badgedata.openbadges.source_documents import bare

AWARDS: Final = frozenset({"assertion", "openbadgecredential", "achievementcredential"})
BADGES: Final = frozenset({"badgeclass", "achievement"})
ENVELOPES: Final = ("data:application/vc+jwt,", "data:application/vp+jwt,", "data:application/jwt,")


def unwrapped(found: object, document: str, url: str | None) -> JsonDocument | str | None:
    """Return the badge that a JSON value wraps, or is.

    Parameters
    ----------
    found
        Any JSON value.
    document, url
        What a refusal calls the document, and its address.

    Returns
    -------
    JsonDocument | str | None
        The object; a text, which may be a JWS or an address; or None for any other value.

    Raises
    ------
    SourceRefused
        ``not-open-badges`` where it wraps more than one badge, or none.

    Notes
    -----
    JSON-LD 1.1, section 4.9 (graphs); Verifiable Credentials 2.0, sections 4.12 and 4.13 (enveloped credentials,
    presentations).

    Examples
    --------
    >>> unwrapped([{"@graph": [{"type": "BadgeClass"}]}], "the JSON you sent", None).fields
    {'type': 'BadgeClass'}
    """
    while True:
        while isinstance(found, list):
            found = _only_badge(found, "list", document) if found else None
        if isinstance(found, str):
            return bare(found)
        if not isinstance(found, dict):
            return None
        one = JsonDocument(found, document, url)
        if nodes := one.values("@graph"):
            found = _only_badge(nodes, "@graph", document, found.get("@context"))
        elif is_presentation(one):
            found = _only_credential(one)
        elif one.identifier().startswith(ENVELOPES) and "credentialSubject" not in found:
            return one.identifier().partition(",")[2].strip()
        else:
            return one


def is_presentation(found: JsonDocument) -> bool:
    """Return whether an object presents credentials, and is none itself."""
    is_one = "verifiablepresentation" in found.types() or "verifiableCredential" in found.fields
    return is_one and "credentialSubject" not in found.fields


def _only_credential(presentation: JsonDocument) -> object:
    credentials = presentation.values("verifiableCredential")
    if len(credentials) != 1:
        raise SourceRefused(
            "not-open-badges",
            presentation.document,
            f"a presentation of one credential was expected, found {len(credentials) or 'none'}. Give the credential "
            "itself",
        )
    return credentials[0]


def _only_badge(nodes: list[object], where: str, document: str, context: object = None) -> object:
    """Return the only value of a list or graph, or the only badge in it, together with what it links within it."""
    if len(nodes) == 1 and not isinstance(nodes[0], dict):
        return nodes[0]
    objects = [JsonDocument(node, document) for node in nodes if isinstance(node, dict)]
    awards = [one for one in objects if one.types() & AWARDS]
    found = objects if len(nodes) == 1 else awards or [one for one in objects if one.types() & BADGES]
    if len(found) != 1:
        raise SourceRefused(
            "not-open-badges",
            document,
            f"a {where} of one badge was expected, found {len(found) or 'none'} among {len(nodes)} values. Give one "
            "assertion, credential or badge class by itself",
        )
    known = {one.identifier(): one.fields for one in objects if one.identifier() and one is not found[0]}
    fields = _embedding(found[0], known)
    return fields if context is None or fields.get("@context") else fields | {"@context": context}


def _embedding(award: JsonDocument, known: dict[str, dict[str, object]]) -> dict[str, object]:
    """Return the fields of an award, with its badge in the place of a link to it."""
    fields = dict(award.fields)
    if linked := known.get(award.name_of("badge")):
        fields["badge"] = linked
    subject = award.child("credentialSubject")
    if subject is not None and (linked := known.get(subject.name_of("achievement"))):
        fields["credentialSubject"] = subject.fields | {"achievement": linked}
    return fields
