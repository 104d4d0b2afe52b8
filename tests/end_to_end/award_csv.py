"""The award CSV as described in docs/formats.md, built from a load document without any of the product's code."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

type Json = dict[str, Any]

HEADER = (
    "Award ID,Badge Class ID,Badge Name,Issuer ID,Issuer Name,Recipient Type,Recipient Identifier,Recipient Name,"
    "Issued On,Expires On,Status,Revocation Reason,Narrative,Evidence URLs,Evidence Narratives,Award URL"
)

SIGNS = set("=+-@＝＋－＠")
PHONE_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


def award_csv(
    issuers: Iterable[Json], at: str, api_url: str, days: tuple[date, date, str] | None = None, mark: bool = True
) -> bytes:
    """Return the bytes of the file.

    Parameters
    ----------
    issuers
        Issuer documents.
    at
        The request time: awards that expired before it count as expired.
    days
        The first day, the last day, and their time zone; None for all days.
    mark
        Whether the file has a byte order mark.
    """
    awards = [
        (document["issuer"], badge_class, assertion)
        for document in issuers
        for badge_class in document["badgeClasses"]
        for assertion in badge_class["assertions"]
        if days is None or days[0] <= _time(assertion["issuedOn"]).astimezone(ZoneInfo(days[2])).date() <= days[1]
    ]
    awards.sort(key=lambda award: (award[0]["entityId"], _time(award[2]["issuedOn"]), award[2]["entityId"]))
    lines = [HEADER, *(",".join(map(_quoted, _row(*award, _time(at), api_url))) for award in awards)]
    return ("\ufeff" if mark else "").encode() + "".join(f"{line}\r\n" for line in lines).encode()


def _row(issuer: Json, badge_class: Json, assertion: Json, at: datetime, api_url: str) -> list[str]:
    evidence = assertion.get("evidence", [])
    return [
        assertion["entityId"],
        badge_class["entityId"],
        _harmless(badge_class["name"]),
        issuer["entityId"],
        _harmless(issuer["name"]),
        assertion["recipient"]["type"],
        _harmless(assertion["recipient"]["identity"]),
        _harmless(assertion.get("recipientName", "")),
        _iso(assertion["issuedOn"]),
        _iso(assertion["expires"]) if "expires" in assertion else "",
        _status(assertion, at),
        _harmless(assertion.get("revocationReason", "")),
        _harmless(assertion.get("narrative", "")),
        _harmless(" ".join(item["id"] for item in evidence if "id" in item)),
        _harmless(" | ".join(item["narrative"] for item in evidence if "narrative" in item)),
        f"{api_url}/public/assertions/{assertion['entityId']}",
    ]


def _status(assertion: Json, at: datetime) -> str:
    if assertion.get("revoked"):
        return "revoked"
    return "expired" if "expires" in assertion and _time(assertion["expires"]) <= at else "active"


def _harmless(text: str) -> str:
    """Put a ``'`` before text that a spreadsheet would run, at the start and after each separator and line break."""
    begun = text[:1] in set("\t\r\n") | SIGNS and not PHONE_NUMBER.fullmatch(text)
    made = "'" if begun else ""
    for place, character in enumerate(text):
        made += character
        following = text[place + 1 : place + 3]
        is_list_item = following[:1] in {"-", "+", "－", "＋"} and following[1:] == " "
        if character in ";\t\r\n" and following[:1] in SIGNS and not is_list_item:
            made += "'"
    return made


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',;\t"\r\n') else cell


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _iso(text: str) -> str:
    written = _time(text).isoformat().removesuffix("+00:00")
    return (written.rstrip("0") if "." in written else written) + "Z"
