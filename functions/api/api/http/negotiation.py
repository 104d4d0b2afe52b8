"""Content negotiation between two representations of a public document: JSON-LD for programs and HTML for people."""

_JSON = ("application/ld+json", "application/json", "application/*", "*/*")


def prefers_page(accept: str) -> bool:
    """Return whether an ``Accept`` header (RFC 9110, section 12.5.1) prefers HTML to JSON.

    A client without a preference is assumed to be a program and gets JSON-LD.

    >>> prefers_page("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    True
    >>> prefers_page("application/ld+json, text/html")
    False
    >>> prefers_page("*/*")
    False
    """
    qualities = dict(map(_media_range, accept.lower().split(",")))
    json_quality = next((qualities[media] for media in _JSON if media in qualities), 0.0)
    return qualities.get("text/html", 0.0) > json_quality


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
