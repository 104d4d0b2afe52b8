"""What form of a document a request prefers, where it has two: JSON-LD for programs, a page for people."""

_JSON = ("application/ld+json", "application/json", "application/*", "*/*")


def prefers_page(accept: str) -> bool:
    """Tell whether an ``Accept`` header (RFC 9110, section 12.5.1) names HTML, and likes it better than JSON.

    Who has no preference, or names none, is a program and gets the document itself.

    >>> prefers_page("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    True
    >>> prefers_page("application/ld+json, text/html")
    False
    >>> prefers_page("*/*")
    False
    """
    liked = dict(map(_media_range, accept.lower().split(",")))
    json = next((liked[media] for media in _JSON if media in liked), 0.0)
    return liked.get("text/html", 0.0) > json


def _media_range(text: str) -> tuple[str, float]:
    media, *parameters = (part.strip() for part in text.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q":
            try:
                return media, float(value)
            except ValueError:
                return media, 0.0
    return media, 1.0
