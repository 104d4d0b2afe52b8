"""The documents: each link between them leads to a file, and to a heading of it, that is there."""

import re
from pathlib import Path

import pytest

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


def test_each_picture_is_described_small_and_shown() -> None:
    pictures = set((REPOSITORY / "docs" / "pictures").iterdir())
    shown = set()
    for document in DOCUMENTS:
        for description, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", document.read_text()):
            assert len(description) > 20, f"{document.name}: {target}"
            shown.add((document.parent / target).resolve())
    assert shown == pictures
    assert all(picture.stat().st_size < 150_000 for picture in pictures)
