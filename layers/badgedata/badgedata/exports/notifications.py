"""Email the person who requested an export when the file is ready or the export has failed.

The email is sent at most once. It contains a link to the page, where the person must sign in. It doesn't contain any
exported data or a link to the file.
"""

import re
import unicodedata
from datetime import datetime, timedelta
from html import escape
from typing import Final, Literal

from aws_lambda_powertools import Logger
from pynamodb.exceptions import PynamoDBException

from badgedata import clock, mail
from badgedata.config import config
from badgedata.exports import lifecycle
from badgedata.mail import Email
from badgedata.records.exports import Export
from badgedata.text import shortened

logger = Logger(child=True)

type Outcome = Literal["sent", "possibly-sent", "already-sent", "not-sent"]

MAX_SENDING: Final = timedelta(minutes=2)
"""The time after which an attempt without a recorded outcome counts as interrupted. The function times out sooner."""

MAX_NAME_CHARACTERS: Final = 100
"""The maximum length of a name in an email."""

KINDS: Final = {
    "awards": "Awards export",
    "issuer": "Issuer export",
    "badges": "Badges export",
    "groups": "Groups export",
    "group-badges": "Group badges export",
    "learner-progress": "Learner progress export",
    "badge-class": "Badge export",
    "trail": "Activity export",
}
"""The name of each kind of export, as shown on the page."""

ROUTES: Final = {"organization": "organizations", "issuer": "issuers", "badge-class": "badges"}
"""The first path segment of the page's routes, by scope type."""

_BIDIRECTIONAL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Invisible characters that change the direction of text. They can make a name look like a different one."""


class StillSendingError(Exception):
    """Raised when another attempt to send the same email may still be in progress."""


def send_email(export_id: str) -> Outcome:
    """Send the email about a finished export, at most once, and return the outcome.

    The export is marked before the email is sent. Therefore, no second email is sent if the process dies or the
    response from SES is lost. If an attempt is interrupted, the queue redelivers the message, and the next attempt only
    reports that the email may not have been sent.

    Returns
    -------
    Outcome
        - ``sent``: this call sent the email.
        - ``already-sent``: an earlier call sent the email.
        - ``possibly-sent``: the response from SES was lost, or an earlier attempt was interrupted. This outcome is
          returned at most once for each email.
        - ``not-sent``: no email was requested, this deployment doesn't send email, or the file or the entire export
          was deleted.

    Raises
    ------
    NotSentError
        If SES rejected the email or couldn't be reached. A later attempt can send it.
    StillSendingError
        If another attempt is in progress.
    """
    export = lifecycle.find_export(export_id)
    if export is None or not export.notify or not mail.is_offered():
        return "not-sent"
    status = lifecycle.status_of(export)
    if status not in ("succeeded", "failed") or export.token_id is not None:
        return "not-sent"
    if not lifecycle.claim_email(export):
        return _outcome_of_earlier_attempt(export_id)
    try:
        outcome: Outcome = "sent" if mail.send(email_about(export), export.requested_by) else "possibly-sent"
    except mail.NotSentError:
        lifecycle.release_email(export)
        raise
    try:
        lifecycle.record_email(export, outcome)
    except PynamoDBException:  # the outcome is known, so the message must not be delivered again
        logger.warning("Email outcome not recorded", exc_info=True)
    return outcome


def _outcome_of_earlier_attempt(export_id: str) -> Outcome:
    export = lifecycle.find_export(export_id)
    if export is None or export.email_outcome is not None or export.email_claimed_at is None:
        return "already-sent"
    if clock.now() < clock.parse_rfc3339(export.email_claimed_at) + MAX_SENDING:
        raise StillSendingError("another attempt to send this email is in progress")
    if not lifecycle.record_email(export, "possibly-sent"):
        return "already-sent"
    logger.warning("Email possibly not sent", error_code="interrupted")
    return "possibly-sent"


def email_about(export: Export) -> Email:
    """Return the email about an export that has succeeded or failed."""
    title, name = KINDS.get(export.kind, "Export"), _harmless(export.scope_name)
    url = f"{config().public_base_url}/console#/{ROUTES[export.scope_type]}/{export.scope_id}/data-management"
    requested = f"Requested {_time(export.created_at)}"
    if export.status == "succeeded":
        subject = f"Ready: {title}, {name}"
        state = "Your export is ready."
        action = f"You can download the file until {_time(export.file_expires_at or export.created_at)}:"
    else:
        subject = f"Failed: {title}, {name}"
        state = "Your export failed, so there is no file to download."
        action = "See the reason or start a new export:"
    reason = (
        "You are receiving this email because the schedule that requested this export runs on your behalf."
        if export.schedule_id
        else "You are receiving this email because you asked to be notified about this export."
    )
    text = "\n".join([state, "", title, name, requested, "", action, url, "", reason, ""])
    html = (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>'
        f"{escape(subject)}</title></head>\n<body>\n<p>{state}</p>\n"
        f"<p><strong>{title}</strong><br><bdi>{escape(name)}</bdi><br>{requested}</p>\n"
        f'<p>{action}<br><a href="{escape(url)}">{escape(url)}</a></p>\n'
        f"<p><small>{reason}</small></p>\n</body>\n</html>\n"
    )
    return Email(subject, text, html)


def _time(text: str) -> str:
    moment: datetime = clock.parse_rfc3339(text)
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def _harmless(name: str) -> str:
    """Put a name on one line, remove characters that reorder text, and shorten the name."""
    visible = "".join(
        " " if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") else character
        for character in _BIDIRECTIONAL.sub("", name)
    )
    return shortened(" ".join(visible.split()), MAX_NAME_CHARACTERS)
