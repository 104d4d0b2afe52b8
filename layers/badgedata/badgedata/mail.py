"""Send email through Amazon SES to people who request it. A deployment without a sender address sends no email."""

from dataclasses import dataclass

from aws_lambda_powertools import Logger
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from badgedata.aws import ses
from badgedata.config import config

logger = Logger(child=True)

DISPLAY_NAME = "Badge Data Management"

_NEVER_ARRIVED = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, ParamValidationError)


@dataclass(frozen=True)
class Email:
    """An email in plain text and HTML. The subject must not contain control characters."""

    subject: str
    text: str
    html: str


class NotSentError(Exception):
    """Raised when SES definitely didn't accept an email, so a retry can't send it twice."""


def is_offered() -> bool:
    """Return whether this deployment sends email."""
    return bool(config().notification_sender)


def is_suppressed(address: str) -> bool:
    """Return whether SES suppresses email to an address because of an earlier bounce or spam complaint.

    If the suppression list can't be read, return False. SES limits how often the list can be read, and a caller's
    request shouldn't fail because of this limit.
    """
    try:
        ses().get_suppressed_destination(EmailAddress=address)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code != "NotFoundException":
            logger.warning("Suppression list not read", error_code=code)
        return False
    except BotoCoreError as error:
        logger.warning("Suppression list not read", error_code=type(error).__name__)
        return False
    return True


def send(email: Email, address: str) -> bool:
    """Send an email to one address, without retries.

    Returns
    -------
    bool
        True if SES accepted the email. False if it is unknown whether SES accepted the email, for example because the
        response was lost.

    Raises
    ------
    NotSentError
        If SES rejected the email or couldn't be reached.
    """
    try:
        ses().send_email(
            FromEmailAddress=f'"{DISPLAY_NAME}" <{config().notification_sender}>',
            Destination={"ToAddresses": [address]},
            Content={
                "Simple": {
                    "Subject": {"Data": email.subject, "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": email.text, "Charset": "UTF-8"},
                        "Html": {"Data": email.html, "Charset": "UTF-8"},
                    },
                    # Prevents out-of-office notices and other automatic replies (RFC 3834, section 5).
                    "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}],
                }
            },
        )
    except ClientError as error:
        code = error.response["Error"]["Code"]
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        if status < 500 or status == 503:  # 503: SES was too busy to begin
            # From None, because the original error's message may contain the address.
            raise NotSentError(f"Amazon SES rejected the email: {code}") from None
        logger.warning("Email possibly not sent", error_code=code)
        return False
    except _NEVER_ARRIVED as error:
        raise NotSentError(f"Amazon SES could not be reached: {type(error).__name__}") from None
    except BotoCoreError as error:
        logger.warning("Email possibly not sent", error_code=type(error).__name__)
        return False
    return True
