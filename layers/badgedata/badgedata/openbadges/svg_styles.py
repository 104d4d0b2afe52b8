"""Clean an SVG's styles with a CSS allow-list, so that no style refers to anything outside the image.

tinycss2 parses the CSS. Each token is checked, and only harmless tokens are written. It therefore doesn't matter how a
browser would parse the input. `css_text` writes names and strings, which can contain any character.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import tinycss2

from badgedata.openbadges.css_text import plain_token, string, without_surrogates
from badgedata.openbadges.notices import Losses, Notice
from badgedata.openbadges.svg_parsing import (
    ATTRIBUTES,
    FUNCTIONS,
    INERT_PROPERTIES,
    MATH_FUNCTIONS,
    PIXEL_FUNCTIONS,
    PROPERTIES,
)

MAX_CSS_CHARACTERS: Final = 256 * 1024
"""The maximum number of CSS characters in a drawing, excluding plain values. Parsing 1 MB can take two seconds."""

MAX_BLOCK_DEPTH: Final = 16
PLAIN_REFERENCE: Final = re.compile(r"url\(#([\w.-]+)\)", re.ASCII)
PLAIN_VALUE: Final = re.compile(r"(?:url\(#[\w.-]+\)|[\w\s.,#%+-])*+", re.ASCII)
PLAIN_DECLARATIONS: Final = re.compile(r"(?:url\(#[\w.-]+\)|[\w\s.,#%+:;-])*+", re.ASCII)
CUSTOM_PROPERTY: Final = re.compile(r"--[\w-]+")
PLAIN_ID: Final = re.compile(r"[\w.:-]+", re.ASCII)
NEVER_IN_A_STRING: Final = re.compile(r"[<>@{}]|/\*|\*/|javascript:", re.IGNORECASE)
VALUE_SIGNS: Final = frozenset(",/+-*")
SELECTOR_SIGNS: Final = frozenset({".", "*", ",", ">", "+", "-", "~", ":", "=", "~=", "|=", "^=", "$=", "*="})
SELECTOR_FUNCTIONS: Final = frozenset(
    str.split("nth-child nth-last-child nth-of-type nth-last-of-type not is where has lang dir")
)
GROUPING_RULES: Final = frozenset({"media", "supports", "layer"})
MEDIA_SIGNS: Final = frozenset({":", ",", "/", "<", ">", "=", "<=", ">="})
# Properties that an element doesn't inherit by itself, and that multiply what is drawn.
NOT_INHERITED: Final = frozenset(
    str.split("background clip-path d filter height mask mix-blend-mode opacity r rx ry width")
)
INHERIT: Final = re.compile(r"\binherit\b", re.IGNORECASE)
ANIMATION: Final = ("animation", "transition")
ANIMATED: Final = Notice("drawing-animated")


@dataclass(frozen=True)
class Declaration:
    """An allowed declaration or presentation attribute.

    Parameters
    ----------
    name, text
        The property's name and value.
    needs
        The custom properties that must be defined for the declaration to have a value.
    uses
        All custom properties that the declaration uses, once for each use.
    targets
        The IDs of the elements that the declaration refers to.
    pixel_functions
        The number of filters and gradients in the value.
    """

    name: str
    text: str
    needs: frozenset[str] = frozenset()
    uses: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    pixel_functions: int = 0


@dataclass(frozen=True)
class Compound:
    """The last part of a selector: the name, ID, and classes that a matching element must have."""

    tag: str | None
    ids: frozenset[str]
    classes: frozenset[str]

    def may_match(self, tag: str, element_id: str, classes: frozenset[str]) -> bool:
        """Return whether a selector that ends with this compound may match an element."""
        has_ids = not self.ids or self.ids == {element_id}
        return has_ids and self.tag in (None, tag) and self.classes <= classes


@dataclass(frozen=True)
class Rule:
    """A style rule with an allowed selector, reduced to its allowed declarations."""

    selector: str
    compounds: tuple[Compound, ...]
    declarations: tuple[Declaration, ...]


@dataclass(frozen=True)
class RuleGroup:
    """The allowed rules in a group of style rules, such as ``@media screen``."""

    opening: str
    rules: tuple["Rule | RuleGroup", ...]

    def all_rules(self) -> Iterator[Rule]:
        """Yield the rules in this group and in its nested groups."""
        for rule in self.rules:
            yield from (rule,) if isinstance(rule, Rule) else rule.all_rules()


class _HarmfulError(Exception):
    """Raised when a value or selector must be omitted. The message names the part that is not allowed."""


@dataclass
class _References:
    """The custom properties, element IDs, filters, and gradients that a value uses."""

    needs: set[str] = field(default_factory=set)
    uses: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    pixel_functions: int = 0


class StyleReader:
    """A reader for one drawing's styles. It returns allowed styles and records omitted styles in `losses`."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._characters_left = MAX_CSS_CHARACTERS

    def attribute(self, name: str, value: str) -> Declaration | None:
        """Return a presentation attribute as a declaration, or None if it must be omitted."""
        if PLAIN_VALUE.fullmatch(value):
            return None if self._is_inherited(name, value) else _plain(name, value)
        tokens = self._tokens(value)
        return None if tokens is None else self._declaration(name, tokens)

    def declarations(self, style: str) -> list[Declaration]:
        """Return the allowed declarations in a ``style`` attribute."""
        if PLAIN_DECLARATIONS.fullmatch(style):
            return list(self._plain_declarations(style))
        tokens = self._tokens(style) or ()
        return self._kept(tinycss2.parse_blocks_contents(tokens, skip_comments=True, skip_whitespace=True))

    def stylesheet(self, text: str) -> RuleGroup:
        """Return the allowed rules in a ``<style>`` element."""
        tokens = self._tokens(text) or ()
        rules = tinycss2.parse_stylesheet(tokens, skip_comments=True, skip_whitespace=True)
        return RuleGroup("", tuple(self._rules(rules, 0)))

    def media(self, query: str) -> str | None:
        """Return a media query, or None if it must be omitted."""
        tokens = self._tokens(query)
        try:
            return None if tokens is None else _prelude(tokens)
        except _HarmfulError:
            return None

    def _tokens(self, css: str) -> list[Any] | None:
        """Return the tokens in CSS, or None if the CSS is too long or can't be read.

        Comments are kept, because they separate other tokens.
        """
        self._characters_left -= len(css)
        if self._characters_left < 0:
            self._losses.add("styles beyond the limit of 256 KiB")
            return None
        try:
            return list(tinycss2.parse_component_value_list(without_surrogates(css)))
        except ValueError:  # tinycss2 can't convert a number with thousands of digits
            self._losses.add("a style that can't be read")
            return None

    def _plain_declarations(self, style: str) -> Iterator[Declaration]:
        """Yield the declarations in a style that contains no strings, blocks, comments, or escapes."""
        for declaration in style.split(";"):
            name, _, value = declaration.partition(":")
            name, value = name.strip(), " ".join(value.split())
            if not name and not value:
                continue
            if ":" in value or not value:
                self._losses.add(f"the style {name}")
                continue
            name = name if name.startswith("--") else name.lower()
            if self._is_allowed(name) and not self._is_inherited(name, value):
                yield _plain(name, value)

    def _is_allowed(self, name: str) -> bool:
        if name in PROPERTIES or CUSTOM_PROPERTY.fullmatch(name):
            return True
        if name.startswith(ANIMATION):
            self._losses.note(ANIMATED)
        elif name not in INERT_PROPERTIES:
            self._losses.add(f"the style {name}")
        return False

    def _is_inherited(self, name: str, value: str) -> bool:
        """Return whether a value copies an expensive property from the surrounding element, which must be omitted."""
        is_inherited = (name in NOT_INHERITED or name.startswith("--")) and INHERIT.search(value) is not None
        if is_inherited:
            self._losses.add(f"{name} with inherit")
        return is_inherited

    def _kept(self, nodes: Iterable[Any]) -> list[Declaration]:
        kept = []
        for node in nodes:
            if node.type == "declaration":
                name = node.name if node.name.startswith("--") else node.lower_name
                if self._is_allowed(name):
                    kept.append(self._declaration(name, node.value, is_important=node.important))
            elif node.type == "error":
                self._losses.add("a style that can't be read")
            else:
                self._losses.add("a nested style rule")
        return [declaration for declaration in kept if declaration is not None]

    def _declaration(self, name: str, tokens: Sequence[Any], *, is_important: bool = False) -> Declaration | None:
        references = _References()
        try:
            text = _value(tokens, references, 0, is_math=False).strip()
            if not text:
                raise _HarmfulError("without a value")
            if name == "d" and references.uses:
                raise _HarmfulError("with var()")
        except _HarmfulError as harmful:
            self._losses.add(f"{name} {harmful}")
            return None
        if self._is_inherited(name, text):
            return None
        return Declaration(
            name,
            text + (" !important" if is_important else ""),
            frozenset(references.needs),
            tuple(references.uses),
            tuple(references.targets),
            references.pixel_functions,
        )

    def _rules(self, nodes: Iterable[Any], depth: int) -> Iterator[Rule | RuleGroup]:
        for node in nodes:
            if node.type == "qualified-rule":
                yield from self._rule(node)
            elif node.type == "at-rule":
                yield from self._group(node, depth)
            else:
                self._losses.add("a style that can't be read")

    def _rule(self, node: Any) -> Iterator[Rule]:
        contents = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
        declarations = self._kept(contents)
        try:
            selector = _selector(node.prelude, 0)
        except _HarmfulError as harmful:
            self._losses.add(f"a style rule with {harmful}")
            return
        if declarations:
            yield Rule(selector, tuple(_last_compounds(node.prelude)), tuple(declarations))

    def _group(self, node: Any, depth: int) -> Iterator[RuleGroup]:
        name = node.lower_at_keyword
        if name.endswith("keyframes"):
            self._losses.note(ANIMATED)
            return
        if name == "charset":
            return
        try:
            if name not in GROUPING_RULES or node.content is None or depth >= MAX_BLOCK_DEPTH:
                raise _HarmfulError("")
            opening = f"@{name} {_prelude(node.prelude)}".strip()
        except _HarmfulError:
            self._losses.add(f"@{name}")
            return
        nodes = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
        if rules := tuple(self._rules(nodes, depth + 1)):
            yield RuleGroup(opening, rules)


def _plain(name: str, value: str) -> Declaration:
    return Declaration(name, value, targets=tuple(PLAIN_REFERENCE.findall(value)))


def _value(tokens: Iterable[Any], references: _References, depth: int, *, is_math: bool) -> str:
    if depth > MAX_BLOCK_DEPTH:
        raise _HarmfulError("with nested blocks")
    written: list[str] = []
    for token in tokens:
        match token.type:
            case "whitespace" | "comment":
                _add_space(written)
            case "ident" | "number" | "percentage" | "dimension" | "hash":
                written.append(plain_token(token))
            case "literal" if token.value in VALUE_SIGNS:
                written.append(token.value)
            case "string":
                written.append(_string(token.value))
            case "url":
                written.append(_reference(token.value, references))
            case "function":
                written.append(_function(token, references, depth))
            case "() block" if is_math:
                written.append(f"({_value(token.content, references, depth + 1, is_math=True)})")
            case _:
                raise _HarmfulError(f"with {token.type}")
    return "".join(written)


def _function(token: Any, references: _References, depth: int) -> str:
    name, arguments = token.lower_name, [part for part in token.arguments if part.type not in ("whitespace", "comment")]
    if name == "url" and len(arguments) == 1 and arguments[0].type == "string":
        return _reference(arguments[0].value, references)
    if name == "var":
        return _variable(token, arguments, references, depth)
    if name not in FUNCTIONS:
        raise _HarmfulError(f"with {name}()")
    references.pixel_functions += name in PIXEL_FUNCTIONS
    return f"{name}({_value(token.arguments, references, depth + 1, is_math=name in MATH_FUNCTIONS)})"


def _variable(token: Any, arguments: Sequence[Any], references: _References, depth: int) -> str:
    if not arguments or arguments[0].type != "ident" or not CUSTOM_PROPERTY.fullmatch(arguments[0].value):
        raise _HarmfulError("with var()")
    name = arguments[0].value
    references.uses.append(name)
    if len(arguments) == 1:
        references.needs.add(name)
        return f"var({name})"
    if arguments[1].type != "literal" or arguments[1].value != ",":
        raise _HarmfulError("with var()")
    fallback = token.arguments[token.arguments.index(arguments[1]) + 1 :]
    return f"var({name},{_value(fallback, references, depth + 1, is_math=False)})"


def _reference(url: str, references: _References) -> str:
    """Return the CSS for a reference to an element in the same image. The URL must begin with ``#``."""
    if not url.startswith("#") or len(url) < 2:
        raise _HarmfulError(f"with url({url})")
    references.targets.append(url[1:])
    return f"url({url})" if PLAIN_ID.fullmatch(url[1:]) else f"url({_string(url)})"


def _string(value: str) -> str:
    # These have no meaning in a string, unless a program misjudges where the string ends.
    if NEVER_IN_A_STRING.search(value):
        raise _HarmfulError("with a string that looks like a rule")
    return string(value)


def _prelude(tokens: Iterable[Any], depth: int = 0) -> str:
    """Return the prelude of ``@media``, ``@supports``, or ``@layer`` as text."""
    if depth > MAX_BLOCK_DEPTH:
        raise _HarmfulError("with nested blocks")
    written: list[str] = []
    for token in tokens:
        match token.type:
            case "whitespace" | "comment":
                _add_space(written)
            case "ident" | "number" | "dimension" | "percentage" | "hash":
                written.append(plain_token(token))
            case "literal" if token.value in MEDIA_SIGNS or token.value == ".":
                written.append(token.value)
            case "() block":
                written.append(f"({_prelude(token.content, depth + 1)})")
            case "function" if token.lower_name in FUNCTIONS:
                written.append(f"{token.lower_name}({_prelude(token.arguments, depth + 1)})")
            case _:
                raise _HarmfulError(f"with {token.type}")
    return "".join(written).strip()


def _selector(tokens: Iterable[Any], depth: int) -> str:
    if depth > MAX_BLOCK_DEPTH:
        raise _HarmfulError("nested blocks")
    written: list[str] = []
    for token in tokens:
        match token.type:
            case "whitespace":
                _add_space(written)
            case "comment":
                written.append("/**/")
            case "ident" | "hash" | "number" | "dimension":
                written.append(plain_token(token))
            case "literal" if token.value in SELECTOR_SIGNS:
                written.append(token.value)
            case "string" if depth and not NEVER_IN_A_STRING.search(token.value):
                written.append(string(token.value))
            case "[] block":
                written.append(_attribute_selector(token, depth))
            case "function" if token.lower_name in SELECTOR_FUNCTIONS:
                written.append(f"{token.lower_name}({_selector(token.arguments, depth + 1)})")
            case "function":
                raise _HarmfulError(f"the selector {token.name}()")
            case _:
                raise _HarmfulError(f"the selector {token.value if token.type == 'literal' else token.type}")
    return "".join(written).strip()


def _attribute_selector(token: Any, depth: int) -> str:
    first = next((part for part in token.content if part.type not in ("whitespace", "comment")), None)
    name = first.value if first is not None and first.type == "ident" else ""
    if name not in ATTRIBUTES | PROPERTIES:
        raise _HarmfulError(f"the selector [{name}]")
    return f"[{_selector(token.content, depth + 1)}]"


def _add_space(written: list[str]) -> None:
    if written[-1:] != [" "]:  # a comment between two spaces is written as one space
        written.append(" ")


def _last_compounds(prelude: Sequence[Any]) -> Iterator[Compound]:
    """Yield the last compound of each selector in a list, such as ``g.a`` for ``#x > g.a``."""
    for selector in _split(prelude):
        compound: list[Any] = []
        for token in reversed(selector):
            if token.type == "whitespace" or (token.type == "literal" and token.value in (">", "+", "~")):
                if compound:
                    break
                continue
            compound.insert(0, token)
        first = compound[0] if compound else None
        before = [None, *compound]
        is_root = any(
            sign is not None and sign.type == "literal" and sign.value == ":" and token.value == "root"
            for sign, token in zip(before, compound, strict=False)
            if token.type == "ident"
        )
        yield Compound(
            first.value if first is not None and first.type == "ident" else "svg" if is_root else None,
            frozenset(token.value for token in compound if token.type == "hash"),
            frozenset(
                token.value
                for dot, token in zip(before, compound, strict=False)
                if token.type == "ident" and dot is not None and dot.type == "literal" and dot.value == "."
            ),
        )


def _split(tokens: Iterable[Any]) -> Iterator[list[Any]]:
    selector: list[Any] = []
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            yield selector
            selector = []
        elif token.type != "comment":
            selector.append(token)
    yield selector
