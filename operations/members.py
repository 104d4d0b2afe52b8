"""List, add, and remove an organization's members (docs/operations.md, "Members").

    python -m operations.members ORGANIZATION [--add EMAIL --role ROLE [--issuer ID]] [--remove EMAIL [--issuer ID]]
                                 [--stack-name NAME]

Without `--add` or `--remove`, the command prints all memberships. It also prints the access tokens and schedules that
each person is responsible for.

If an ID or email address is unknown or invalid, nothing changes, and the exit code is 1.
"""

import argparse
import sys

from operations import deployment


def main(arguments: list[str] | None = None) -> int:
    """List or change an organization's members, and return the exit code."""
    options = _options(arguments)
    return deployment.run(lambda: _run(options), retry_hint="Run the command again. It is safe to repeat.")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m operations.members", description="List, add, and remove an organization's members."
    )
    parser.add_argument("organization", help="the organization's ID")
    change = parser.add_mutually_exclusive_group()
    change.add_argument(
        "--add",
        metavar="EMAIL",
        help="give this person a role, replacing any role for the same issuer or organization",
    )
    change.add_argument(
        "--remove", metavar="EMAIL", help="end this person's access; with --issuer, only their access to that issuer"
    )
    parser.add_argument("--role", choices=("admin", "owner", "editor", "staff"), help="the role to add")
    parser.add_argument("--issuer", metavar="ID", help="the issuer that the owner, editor, or staff role applies to")
    deployment.add_options(parser)
    options = parser.parse_args(arguments)
    if (options.add is None) != (options.role is None):
        parser.error("--add and --role must be used together")
    if options.add is not None and (options.role == "admin") != (options.issuer is None):
        parser.error(
            "omit --issuer for the admin role, which applies to the entire organization; other roles require --issuer"
        )
    if options.issuer is not None and options.add is None and options.remove is None:
        parser.error("--issuer requires --add or --remove")
    return options


def _run(options: argparse.Namespace) -> int:
    deployment.configure(options)
    from badgedata.text import counted
    from operations import memberships
    from operations.memberships import UnknownMemberError

    try:
        if options.add is not None:
            memberships.add(options.organization, options.add, options.role, options.issuer)
            print(f"Added {options.add} as {options.role} of {options.issuer or options.organization}.")
            print("People also need an account in the user pool to sign in (docs/deploying.md).")
            person = options.add
        elif options.remove is not None:
            count = memberships.remove(options.organization, options.remove, options.issuer)
            print(f"Removed {counted(count, 'membership')} of {options.remove}.")
            person = options.remove
        else:
            person = None
        lines = memberships.describe(options.organization, person)
    except UnknownMemberError as error:
        print(f"{error} Nothing was changed.", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
