"""The badge class document: one badge class, alone or with its assertions (docs/formats.md, "Badge class document")."""

from collections.abc import Iterator
from functools import partial

import msgspec

from badgedata import documents
from badgedata.exports.document_parts import assertion_runs, badge_class_part, issuer_part
from badgedata.exports.json_pages import LongList, document_pages
from badgedata.exports.pages import Page
from badgedata.exports.specification import BadgeClassExport, options_of
from badgedata.records import directory


def badge_class_document_pages(
    specification: BadgeClassExport,
    badge_class: directory.BadgeClass,
    issuer: directory.Issuer,
    exported_at: str,
    after: str = "",
) -> Iterator[Page]:
    """Write a badge class with its issuer and, as chosen, its assertions, page by page.

    Parameters
    ----------
    exported_at
        RFC 3339; the same for all who write at one export.
    """
    head = documents.BadgeClassDocument(
        context=documents.OPEN_BADGES_CONTEXT,
        format="badge-data-management/badge-class",
        format_version=documents.FORMAT_VERSION,
        exported_at=exported_at,
        options=options_of(specification),
        issuer=issuer_part(issuer, specification.embed_images),
        badge_class=badge_class_part(badge_class, specification.embed_images),
    )
    assertions = partial(assertion_runs, specification.embed_images, badge_class.entity_id)
    lists = [LongList("assertions", assertions)] if specification.include_assertions else []
    return document_pages(documents.with_more_keys(msgspec.json.encode(head)), lists, after, b"}}", head_rows=1)
