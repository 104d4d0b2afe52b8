"""The JSON documents for an issuer and for a badge class (docs/formats.md, "JSON").

Another deployment can load an issuer document.
"""

from collections.abc import Iterator
from functools import partial

import msgspec

from badgedata import documents
from badgedata.counts.totals import Counted, count_all_awards
from badgedata.exports.directory_lists import Targets, badge_classes_after, groups_from, learners_from, pathways_from
from badgedata.exports.document_parts import (
    assertion_runs,
    badge_class_part,
    group_part,
    issuer_part,
    learner_part,
    pathway_part,
)
from badgedata.exports.json_pages import LongList, Run, document_pages
from badgedata.exports.pages import Page
from badgedata.exports.specification import BadgeClassExport, IssuerExport, options_of
from badgedata.records import directory

_encode = msgspec.json.Encoder().encode


def issuer_document_pages(
    specification: IssuerExport, issuer: directory.Issuer, exported_at: str, after: str = ""
) -> Iterator[Page]:
    """Write an issuer with the content that the options select, page by page. No list is ever entirely in memory.

    Parameters
    ----------
    exported_at
        RFC 3339. All workers of one export use the same value.
    """
    head = documents.IssuerDocument(
        context=documents.OPEN_BADGES_CONTEXT,
        format="badge-data-management/issuer",
        format_version=documents.FORMAT_VERSION,
        exported_at=exported_at,
        options=options_of(specification),
        issuer=issuer_part(issuer, specification.embed_images),
    )
    return document_pages(documents.with_more_keys(_encode(head)), list(_lists(specification, issuer.entity_id)), after)


def badge_class_document_pages(
    specification: BadgeClassExport,
    badge_class: directory.BadgeClass,
    issuer: directory.Issuer,
    exported_at: str,
    after: str = "",
) -> Iterator[Page]:
    """Write a badge class with its issuer and, if selected, its assertions, page by page.

    Parameters
    ----------
    exported_at
        RFC 3339. All workers of one export use the same value.
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
    return document_pages(documents.with_more_keys(_encode(head)), lists, after, b"}}", head_rows=1)


def expected_issuer_document_rows(specification: IssuerExport, issuer_id: str) -> int | None:
    """Return the document's row count, taking assertions from the award counts, or None if those are missing."""
    rows = 0
    if specification.include_assertions:
        rows = count_all_awards([Counted(issuer_id)])
        if not rows:
            return None
    if specification.include_badge_classes:
        rows += directory.BadgeClass.children.count(directory.BadgeClass.parent_key(issuer_id))
    if specification.include_recipient_groups:
        rows += sum(1 + int(group.learner_count or 0) for group in groups_from(issuer_id))
    if specification.include_pathways:
        rows += sum(1 for _ in pathways_from(issuer_id))
    return rows


def _lists(specification: IssuerExport, issuer_id: str) -> Iterator[LongList]:
    embed_images = specification.embed_images
    if specification.include_badge_classes:
        yield LongList(
            "badgeClasses",
            partial(_badge_classes, issuer_id, embed_images),
            "assertions",
            partial(assertion_runs, embed_images) if specification.include_assertions else None,
        )
    if specification.include_recipient_groups:
        yield LongList("recipientGroups", partial(_groups, issuer_id), "learners", partial(_learners, issuer_id))
    if specification.include_pathways:
        yield LongList("pathways", partial(_pathways, issuer_id))


def _badge_classes(issuer_id: str, embed_images: bool, after: str) -> Iterator[Run]:
    for badge_class in badge_classes_after(issuer_id, after):
        yield Run(
            documents.with_more_keys(_encode(badge_class_part(badge_class, embed_images))), 1, badge_class.entity_id
        )


def _groups(issuer_id: str, after: str) -> Iterator[Run]:
    targets = Targets(issuer_id)
    for group in groups_from(issuer_id, after):
        if group.entity_id != after:
            part = group_part(group)
            for alignment in part.alignments or []:
                alignment.name = targets.name_of(alignment) if alignment.name is not None else None
            yield Run(_encode(part), 1, group.entity_id)


def _learners(issuer_id: str, group_id: str, after: str) -> Iterator[Run]:
    for learner in learners_from(issuer_id, group_id, after):
        if learner.entity_id != after:
            yield Run(_encode(learner_part(learner)), 1, learner.entity_id)


def _pathways(issuer_id: str, after: str) -> Iterator[Run]:
    for pathway in pathways_from(issuer_id, after):
        if pathway.entity_id != after:
            yield Run(_encode(pathway_part(pathway)), 1, pathway.entity_id)
