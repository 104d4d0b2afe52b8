"""Convert narratives to HTML. Narratives are untrusted Markdown from other platforms."""

from collections.abc import MutableMapping, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

from badgedata.openbadges.source_documents import is_web_address

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token

# The console supports the same syntax (functions/console/page/shared/markdown-lexer.js). Everything else is text.
RULES: Final = ("heading", "hr", "list", "blockquote", "emphasis", "link", "image", "autolink", "backticks", "escape")
MAX_CHARACTERS: Final = 20_000
"""The maximum length of a narrative that is parsed, because parsing can take quadratic time. A longer narrative is
shown as text.
"""

MARKUP: Final = frozenset("*_`[#>-+\\<") | frozenset("0123456789")


def narrative(text: str | None) -> str:
    r"""Convert Markdown to HTML. Raw HTML is shown as text, images become links, and unsafe links become text.

    >>> narrative("**Weld** <b>twice</b>")
    '<div class="narrative"><p dir="auto"><strong>Weld</strong> &lt;b&gt;twice&lt;/b&gt;</p>\n</div>'
    """
    if not text:
        return ""
    if len(text) > MAX_CHARACTERS or MARKUP.isdisjoint(text):
        return f'<p class="long" dir="auto">{escape(text)}</p>'
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("paragraph_open", "bullet_list_open", "ordered_list_open", "blockquote_open"):
            token.attrSet("dir", "auto")
    return f'<div class="narrative">{parser.renderer.render(tokens, parser.options, {})}</div>'


def is_safe_link(url: str) -> bool:
    """Return whether a link in a narrative is an http, https, or mailto URL.

    >>> is_safe_link("https://example.org/"), is_safe_link("javascript:alert(1)"), is_safe_link("/relative")
    (True, False, False)
    """
    return is_web_address(url) or url.lower().startswith("mailto:")


@cache
def _parser() -> "MarkdownIt":
    # Loading the parser takes longer than loading the rest of the public pages, and few requests need it.
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero", {"breaks": True}).enable([*RULES, "newline", "balance_pairs", "fragments_join"])
    parser.validateLink = is_safe_link  # type: ignore[method-assign]
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("heading_open", lambda *_: '<p dir="auto"><strong>')
    parser.add_render_rule("heading_close", lambda *_: "</strong></p>\n")
    return parser


def _link_open(
    renderer: "RendererHTML",
    tokens: "Sequence[Token]",
    index: int,
    options: Any,
    environment: MutableMapping[str, Any],
) -> str:
    return f'<a href="{escape(str(tokens[index].attrs["href"]))}" rel="nofollow noreferrer">'


def _image(
    renderer: "RendererHTML",
    tokens: "Sequence[Token]",
    index: int,
    options: Any,
    environment: MutableMapping[str, Any],
) -> str:
    """Return a link to an image. Loading the image would reveal the reader's IP address to the image's host."""
    address = str(tokens[index].attrs["src"])
    return f'<a href="{escape(address)}" rel="nofollow noreferrer">{escape(tokens[index].content or address)}</a>'
