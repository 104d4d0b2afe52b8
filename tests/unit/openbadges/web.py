"""A simulated web for tests: URLs and their responses."""

import json

import pytest

from badgedata.openbadges.reading import read_source
from badgedata.openbadges.rejections import SourceRejectedError
from badgedata.openbadges.source_documents import SourceDocument


class Web:
    """A web that responds with the given pages and records the requested URLs."""

    def __init__(self, pages: dict[str, object] | None = None, redirects: dict[str, str] | None = None) -> None:
        self.pages = pages or {}
        self.redirects = redirects or {}
        self.asked: list[str] = []

    def fetch(self, url: str) -> SourceDocument:
        self.asked.append(url)
        url = self.redirects.get(url, url)
        if url not in self.pages:
            raise SourceRejectedError("unreachable-source", url, "the server could not be reached")
        return document(self.pages[url], url)


def document(content: object, url: str | None = None) -> SourceDocument:
    """Return a fetched document: bytes unchanged, text as UTF-8, and anything else as JSON."""
    if isinstance(content, bytes):
        return SourceDocument(
            url, "image/png" if content.startswith(b"\x89PNG") else "application/octet-stream", content
        )
    if isinstance(content, str):
        return SourceDocument(url, "text/plain", content.encode())
    return SourceDocument(url, "application/ld+json", json.dumps(content).encode())


def rejection(source: SourceDocument, web: Web | None = None) -> SourceRejectedError:
    """Return the error that reading a source raises."""
    with pytest.raises(SourceRejectedError) as rejected:
        read_source(source, (web or Web()).fetch)
    return rejected.value
