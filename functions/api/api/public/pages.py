"""Render the public documents as HTML pages for browsers. Verifiers get JSON-LD at the same URL.

A page shows only the content of its document, as escaped text. Narratives are rendered as Markdown. Only http and https
URLs become links. In narratives, mailto URLs also become links.
"""

import base64
import hashlib
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any, Final

from badgedata.clock import parse_rfc3339

from .markdown import narrative

type JsonObject = dict[str, Any]

STYLE: Final = (Path(__file__).parent / "pages.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

CONTENT_SECURITY_POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        f"style-src 'sha256-{_STYLE_HASH}'",
        "img-src https: http: data:",  # issuers may host images anywhere, and images can't run scripts
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)

_STATUS = {"valid": "This badge is valid.", "expired": "This badge has expired.", "revoked": "This badge was revoked."}


def badge_page(badge: JsonObject, issuer: JsonObject) -> str:
    """Return a badge class's HTML page.

    Parameters
    ----------
    badge, issuer
        The BadgeClass and its issuer's Profile, as returned by `badgedata.published`.
    """
    description = badge["description"] if badge["description"] != badge["name"] else None
    return _page(
        badge["name"],
        _header("Badge", badge, badge.get("image"), _paragraph(description)),
        _about(badge, issuer),
        address=badge["id"],
        image=badge.get("image"),
        summary=badge["description"],
    )


def assertion_page(assertion: JsonObject, badge: JsonObject, issuer: JsonObject, at: datetime) -> str:
    """Return an award's HTML page, which doesn't name the recipient.

    Parameters
    ----------
    assertion
        The award's Assertion. If the award is revoked, the Assertion contains only ``id``, ``revoked``, and
        ``revocationReason``.
    badge, issuer
        The award's BadgeClass and its issuer's Profile.
    at
        The current time, which determines whether the award has expired.
    """
    status = _status(assertion, at)
    reason = assertion.get("revocationReason")
    link = f'<p><a href="{escape(badge["id"])}">About this badge</a></p>'
    facts = [("Issued by", _link(issuer["url"], issuer["name"])), *_dates(assertion)]
    evidence = "".join(_piece(piece) for piece in assertion.get("evidence", []))
    return _page(
        badge["name"],
        f'<p class="status {status}">{_STATUS[status]}'
        + (f' <span dir="auto">{escape(reason)}</span>' if reason else "")
        + "</p>",
        _header("Awarded badge", badge, assertion.get("image") or badge.get("image"), link),
        "<dl>" + "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts) + "</dl>",
        _section("About this award", narrative(assertion.get("narrative"))),
        _section("Evidence", f"<ul>{evidence}</ul>" if evidence else ""),
        address=assertion["id"],
        image=badge.get("image"),
        summary=_STATUS[status],
    )


def missing_page(what: str) -> str:
    """Return the HTML page for a document that doesn't exist.

    Parameters
    ----------
    what
        The kind of document, such as ``"badge class"``.
    """
    text = f"<header><div><h1>Page not found</h1><p>No such {escape(what)}. Check the URL.</p></div></header>"
    return _page("Page not found", text)


def _about(badge: JsonObject, issuer: JsonObject) -> str:
    criteria = badge["criteria"]
    elsewhere = criteria.get("id") if criteria.get("id") != badge["id"] else None
    targets = "".join(
        f"<li>{_link(target.get('targetUrl'), target.get('targetName') or target.get('targetUrl', ''))}"
        f"{_paragraph(target.get('targetDescription'))}</li>"
        for target in badge.get("alignment", [])
    )
    tags = "".join(f'<li dir="auto">{escape(tag)}</li>' for tag in badge.get("tags", []))
    return "".join(
        [
            _section("Criteria", narrative(criteria.get("narrative")) + _paragraph_of(_link(elsewhere, elsewhere))),
            _section(
                "Issued by", _paragraph_of(_link(issuer["url"], issuer["name"])) + _paragraph(issuer.get("description"))
            ),
            _section("Alignment", f"<ul>{targets}</ul>" if targets else ""),
            _section("Tags", f'<ul class="tags">{tags}</ul>' if tags else ""),
        ]
    )


def _status(assertion: JsonObject, at: datetime) -> str:
    if assertion.get("revoked"):
        return "revoked"
    expires = assertion.get("expires")
    return "expired" if expires and parse_rfc3339(expires) <= at else "valid"


def _dates(assertion: JsonObject) -> list[tuple[str, str]]:
    named = (("Issued on", "issuedOn"), ("Expires on", "expires"))
    return [(name, _day(assertion[field])) for name, field in named if field in assertion]


def _day(time: str) -> str:
    moment = parse_rfc3339(time)
    return f'<time datetime="{escape(time)}">{moment.day} {moment:%B} {moment.year}</time>'


def _header(kicker: str, badge: JsonObject, image: str | None, below: str) -> str:
    shown = f'<img src="{escape(image)}" alt="" width="180" height="180">' if image else ""
    name = f'<p class="kicker">{kicker}</p><h1 dir="auto">{escape(badge["name"])}</h1>'
    return f"<header>{shown}<div>{name}{below}</div></header>"


def _piece(piece: JsonObject) -> str:
    address = piece.get("id")
    return f"<li>{narrative(piece.get('narrative'))}{_paragraph_of(_link(address, address))}</li>"


def _section(title: str, content: str) -> str:
    return f"<section><h2>{title}</h2>{content}</section>" if content else ""


def _paragraph(text: str | None) -> str:
    return f'<p class="long" dir="auto">{escape(text)}</p>' if text else ""


def _paragraph_of(markup: str) -> str:
    return f"<p>{markup}</p>" if markup else ""


def _link(address: str | None, text: str | None) -> str:
    """Return a link, or only the text if `address` is not an http or https URL."""
    shown = f"<bdi>{escape(text or '')}</bdi>" if text else ""
    if address is None or not address.lower().startswith(("https://", "http://")):
        return shown
    return f'<a href="{escape(address)}" rel="nofollow noreferrer">{shown}</a>'


def _page(title: str, *parts: str, address: str = "", image: str | None = None, summary: str = "") -> str:
    meta = [("og:title", title), ("og:description", summary), ("og:image", image), ("og:url", address)]
    shared = "".join(f'<meta property="{name}" content="{escape(value)}">\n' for name, value in meta if value)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
{shared}{_alternate(address)}<style>{STYLE}</style>
</head>
<body>
<main><article>
{"".join(parts)}
</article>
{_footer(address)}</main>
</body>
</html>
"""


def _alternate(address: str) -> str:
    return f'<link rel="alternate" type="application/ld+json" href="{escape(address)}">\n' if address else ""


def _footer(address: str) -> str:
    if not address:
        return ""
    note = "Programs that verify badges get the Open Badges document from the same URL:"
    return f"<footer><p>{note} <code>{escape(address)}</code></p></footer>\n"
