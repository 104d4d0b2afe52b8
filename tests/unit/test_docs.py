"""The documents: each link between them leads somewhere, and the guide tells of the exports that there are."""

import re
from pathlib import Path

import pytest

from badgedata.exports.specification import KINDS, camel_case

REPOSITORY = Path(__file__).parents[2]
DOCUMENTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]


def anchors(document: Path) -> set[str]:
    """Give the anchors of a document's headings, as Git hosts make them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_each_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            linked = (document.parent / path).resolve() if path else document
            assert linked.exists(), f"{document.name}: {target}"
            assert not anchor or anchor in anchors(linked), f"{document.name}: {target}"


def test_the_guide_tells_every_kind_of_export_with_its_scopes_and_options() -> None:
    guide = (REPOSITORY / "docs" / "guide.md").read_text()
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \| \[[A-Z]+\]\([^)]+\) \| ([^|]+) \|$", guide, re.MULTILINE)
    told = {
        (scope.removeprefix("an ").removeprefix("a ").replace(" ", "-"), kind): re.findall(r"`(\w+)`", options)
        for kind, scopes, options in rows
        for scope in scopes.split(", ")
    }
    assert told == {
        (scope, kind): [camel_case(name) for name in export.__dataclass_fields__ if name != "kind"]
        for scope, kinds in KINDS.items()
        for kind, export in kinds.items()
    }
