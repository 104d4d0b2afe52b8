"""Read an SVG without its document type, without entities, and within bounds of depth and number of elements."""

from typing import Final, Protocol
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import XMLParserType

from defusedxml.common import DefusedXmlException, DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser

from badgedata.openbadges.refusals import SourceRefused, quoted

SVG_NAMESPACE: Final = "http://www.w3.org/2000/svg"
MOST_ELEMENTS: Final = 50_000
DEEPEST_ELEMENT: Final = 100
PIECE_BYTES: Final = 64 * 1024


class ElementHandler(Protocol):
    """What is told of each element, in document order.

    Names are ``{namespace}local``; ``at`` is where the tag begins, in bytes from the start of the image.
    """

    def start(self, name: str, attributes: dict[str, str], at: int) -> None: ...

    def end(self, name: str, at: int) -> None: ...

    def data(self, text: str) -> None: ...


class SvgParser(DefusedXMLParser):
    """The defused parser; it lets pass a bare ``<!DOCTYPE svg PUBLIC …>``, which drawing programs write.

    Nothing is ever loaded for such a line. A document type that holds declarations of its own is refused whole.
    """

    parser: XMLParserType  # expat itself, which knows positions

    def defused_start_doctype_decl(
        self, name: str, sysid: str | None, pubid: str | None, has_internal_subset: bool
    ) -> None:
        if has_internal_subset:
            raise DTDForbidden(name, sysid, pubid)


def parse_svg(image: bytes, handler: ElementHandler, document: str) -> None:
    """Tell a handler of the elements of an SVG.

    Parameters
    ----------
    image
        The SVG, in any encoding that its XML declaration names.
    handler
        Told of every element and of the text between them.
    document
        What a refusal calls the image.

    Raises
    ------
    SourceRefused
        ``bad-image`` for anything but well-formed XML with an SVG root, for entities and document types with
        declarations, for elements nested over 100 deep and for more than 50,000 of them.
    """
    bounded = _BoundedElements(handler, document)
    parser = SvgParser(target=bounded, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    bounded.expat = parser.parser
    try:
        for position in range(0, len(image), PIECE_BYTES):
            parser.feed(image[position : position + PIECE_BYTES])
        parser.close()
    except DefusedXmlException as error:
        raise SourceRefused(
            "bad-image", document, f"an SVG without entities and document type was expected, found {quoted(error)}"
        ) from error
    except (ParseError, LookupError, ValueError) as error:
        raise SourceRefused("bad-image", document, f"the SVG is not well-formed XML: {quoted(error)}") from error


class _BoundedElements:
    """Passes elements on to a handler, counting them."""

    expat: XMLParserType

    def __init__(self, handler: ElementHandler, document: str) -> None:
        self._handler, self._document = handler, document
        self._elements = self._depth = 0
        self.data = handler.data

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._elements and name != f"{{{SVG_NAMESPACE}}}svg":
            raise SourceRefused(
                "bad-image", self._document, f"an <svg> of namespace {SVG_NAMESPACE} was expected, found {quoted(name)}"
            )
        self._elements += 1
        self._depth += 1
        if self._elements > MOST_ELEMENTS or self._depth > DEEPEST_ELEMENT:
            raise SourceRefused(
                "bad-image",
                self._document,
                f"the SVG has more than {MOST_ELEMENTS} elements, or nests them over {DEEPEST_ELEMENT} deep",
            )
        self._handler.start(name, attributes, self.expat.CurrentByteIndex)

    def end(self, name: str) -> None:
        self._depth -= 1
        self._handler.end(name, self.expat.CurrentByteIndex)

    def close(self) -> None:
        """The parser asks for a result; the handler has it."""
