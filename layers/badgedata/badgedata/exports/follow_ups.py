"""Check whether an export can be followed by an email (`notify`) and a delivery (`deliver`).

These checks apply to requests, but not to scheduled runs. A run produces its file even if the email or the delivery is
no longer possible.
"""

from badgedata import mail
from badgedata.access import Caller
from badgedata.delivery import destinations
from badgedata.problems import invalid


def check(*, notify: bool, deliver: bool, caller: Caller, organization_id: str) -> None:
    """Check that the requested email (`notify`) and delivery (`deliver`) are possible.

    Raises
    ------
    Problem
        422 for `notify` if email can't be sent to the caller, or for `deliver` if the organization has no destination.
    """
    if notify:
        _require_sender()
        require_reachable(caller)
    if deliver:
        _require_destination(organization_id)


def require_reachable(caller: Caller) -> None:
    """Check that the caller has an email address that Amazon SES can send to.

    Raises
    ------
    Problem
        422 for `notify` if the caller is a program, or if SES can't send email to the caller's email address.
    """
    if caller.token is not None:
        raise invalid("notify", "An access token has no email address. Omit notify, or set it to false.")
    if not mail.is_offered():  # possible if an email was requested before the operator removed the sender
        return
    if not caller.email.isascii():
        raise invalid(
            "notify",
            "Amazon SES can't send email to your address, because it contains non-ASCII characters. Omit notify, or "
            "set it to false.",
        )
    if mail.is_suppressed(caller.email):
        raise invalid(
            "notify",
            "Amazon SES no longer sends email to your address, because earlier emails bounced or were reported as "
            "spam. Ask your platform team to remove the address from the suppression list, or set notify to false.",
        )


def _require_sender() -> None:
    if not mail.is_offered():
        raise invalid(
            "notify",
            "This deployment doesn't send email about exports. Omit notify, or set it to false.",
        )


def _require_destination(organization_id: str) -> None:
    if destinations.find(organization_id) is None:
        raise invalid(
            "deliver",
            "The organization has no delivery destination. Omit deliver, or set it to false. An admin of the "
            "organization can set up a destination.",
        )
