"""Read an SVG within bounds of depth and number of elements. Of a document type, only plain entities are read."""

import re
from typing import Final, Protocol
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import XMLParserType

from defusedxml.common import DefusedXmlException, DTDForbidden, EntitiesForbidden
from defusedxml.ElementTree import DefusedXMLParser

from badgedata.openbadges.refusals import SourceRefusedError, quoted

SVG_NAMESPACE: Final = "http://www.w3.org/2000/svg"
MAX_ELEMENTS: Final = 50_000
MAX_ELEMENT_DEPTH: Final = 100
PIECE_BYTES: Final = 64 * 1024
MAX_ENTITIES: Final = 100
MAX_EXPANDED_CHARACTERS: Final = 1024 * 1024
# Without references to other entities, and without markup.
PLAIN_ENTITY: Final = re.compile(r"[^&<%]{1,1024}")
NAMESPACE_NAME: Final = re.compile(r"https?://\S+")


class ElementHandler(Protocol):
    """What is told of each element, in document order.

    Names are ``{namespace}local``; ``at`` is where the tag begins, in bytes from the start of the image.
    """

    def start(self, name: str, attributes: dict[str, str], at: int) -> None: ...

    def end(self, name: str, at: int) -> None: ...

    def data(self, text: str) -> None: ...


class SvgParser(DefusedXMLParser):
    """The defused parser; it reads the document types that drawing programs write, and nothing more.

    Nothing is ever loaded for ``<!DOCTYPE svg PUBLIC …>``. It may declare nothing but entities that stand for plain
    text, such as the namespaces and styles that Adobe Illustrator writes. Entities that nothing uses, except
    namespaces, aren't there for the drawing, and refuse it.

    Parameters
    ----------
    image
        The whole SVG.
    """

    parser: XMLParserType  # expat itself, which knows positions

    def __init__(self, image: bytes, target: object) -> None:
        super().__init__(target=target, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        self._image = image
        self._text: str | None = None
        self._expanded = 0
        self._entities = 0
        # Not DTDForbidden: a document type may have entities.
        self.parser.AttlistDeclHandler = self._refuse_declaration
        self.parser.ElementDeclHandler = self._refuse_declaration
        self.parser.NotationDeclHandler = self._refuse_declaration

    def defused_start_doctype_decl(
        self, name: str, sysid: str | None, pubid: str | None, has_internal_subset: bool
    ) -> None:
        """Let a document type pass; what it declares is looked at as it comes."""

    def defused_entity_decl(
        self,
        name: str,
        is_parameter_entity: bool,
        value: str | None,
        base: str | None,
        sysid: str | None,
        pubid: str | None,
        notation_name: str | None,
    ) -> None:
        self._entities += 1
        is_plain = value is not None and not is_parameter_entity and PLAIN_ENTITY.fullmatch(value)
        if not is_plain or value is None or self._entities > MAX_ENTITIES:
            raise EntitiesForbidden(name, value, base, sysid, pubid, notation_name)
        references = self._decoded().count(f"&{name};")
        self._expanded += references * len(value)
        is_wanted = references or NAMESPACE_NAME.fullmatch(value)
        if not is_wanted or self._expanded > MAX_EXPANDED_CHARACTERS:
            raise EntitiesForbidden(name, value, base, sysid, pubid, notation_name)

    def _decoded(self) -> str:
        """Return the SVG as text, well enough to count references, which are ASCII in what drawing programs write."""
        if self._text is None:
            encoding = "utf-16" if self._image.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
            self._text = self._image.decode(encoding, "replace")
        return self._text

    def _refuse_declaration(self, name: str, *_: object) -> None:
        raise DTDForbidden(name, None, None)


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
    SourceRefusedError
        ``bad-image`` for anything but well-formed XML with an SVG root, for a document type with declarations of
        anything but plain entities, for elements nested over 100 deep and for more than 50,000 of them.
    """
    bounded = _BoundedElements(handler, document)
    parser = SvgParser(image, bounded)
    bounded.expat = parser.parser
    try:
        for position in range(0, len(image), PIECE_BYTES):
            parser.feed(image[position : position + PIECE_BYTES])
        parser.close()
    except DefusedXmlException as error:
        raise SourceRefusedError("bad-image", document, f"{_EXPECTED}, {_found(error)}") from error
    except ParseError as error:
        line, column = error.position
        place = f"line {line}, column {column + 1}"
        raise SourceRefusedError("bad-image", document, f"the SVG is not well-formed XML at {place}") from error
    except (LookupError, ValueError) as error:
        raise SourceRefusedError("bad-image", document, "the SVG is in an encoding that can't be read") from error


_EXPECTED: Final = (
    "an SVG without entities and document type was expected, or with entities that stand for plain text and are used"
)


def _found(error: DefusedXmlException) -> str:
    if isinstance(error, EntitiesForbidden):
        return f"found a declaration of the entity {quoted(error.name)}"
    return "found other declarations in its document type"


class _BoundedElements:
    """Passes elements on to a handler, counting them."""

    expat: XMLParserType

    def __init__(self, handler: ElementHandler, document: str) -> None:
        self._handler, self._document = handler, document
        self._elements = self._depth = 0
        self.data = handler.data

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._elements and name != f"{{{SVG_NAMESPACE}}}svg":
            raise SourceRefusedError(
                "bad-image", self._document, f"an <svg> of namespace {SVG_NAMESPACE} was expected, found {quoted(name)}"
            )
        self._elements += 1
        self._depth += 1
        if self._elements > MAX_ELEMENTS or self._depth > MAX_ELEMENT_DEPTH:
            raise SourceRefusedError(
                "bad-image",
                self._document,
                f"the SVG has more than {MAX_ELEMENTS} elements, or nests them over {MAX_ELEMENT_DEPTH} deep",
            )
        self._handler.start(name, attributes, self.expat.CurrentByteIndex)

    def end(self, name: str) -> None:
        self._depth -= 1
        self._handler.end(name, self.expat.CurrentByteIndex)

    def close(self) -> None:
        """The parser asks for a result; the handler has it."""
