"""Erase one person's recipient and learner data from an organization (docs/operations.md, "Erasing personal data").

    python -m operations.erase_recipient ORGANIZATION IDENTITY [IDENTITY ...] [--dry-run] [--yes] [--receipt FILE]
                                         [--stack-name NAME]

The command shows what it would erase and, unless you specify `--yes`, asks you to type the organization's ID. At the
end, it prints a JSON receipt that doesn't name the person. If the command is interrupted, run it again. The exit code
is 0 if everything was erased, 1 if nothing was erased, and 3 if the command was interrupted.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from operations import deployment


def main(arguments: list[str] | None = None) -> int:
    """Erase a person's data or, with `--dry-run`, only count it. Return the exit code."""
    options = _options(arguments)
    return deployment.run(
        lambda: _run(options), retry_hint="Run the command again to continue where it stopped.", rejected_code=3
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m operations.erase_recipient", description="Erase one person's data from an organization."
    )
    parser.add_argument("organization", help="the organization's ID")
    parser.add_argument(
        "identities",
        nargs="+",
        metavar="IDENTITY",
        help="the person's identities in awards and groups: email addresses, telephone numbers, URLs, or learner IDs",
    )
    parser.add_argument("--dry-run", action="store_true", help="count the data without erasing it")
    parser.add_argument("--yes", action="store_true", help="don't ask for confirmation")
    parser.add_argument("--receipt", type=Path, metavar="FILE", help="also write the receipt to this file")
    deployment.add_options(parser)
    options = parser.parse_args(arguments)
    if not all(identity.strip() for identity in options.identities):
        parser.error("an identity must not be empty")
    return options


def _run(options: argparse.Namespace) -> int:
    deployment.configure(options)
    from badgedata import clock
    from badgedata.identifiers import new_id
    from operations import erasure
    from operations.deletion.organization import UnknownOrganizationError
    from operations.person import Person

    organization_id, person = options.organization, Person(options.identities)
    try:
        found = erasure.count(organization_id, person)
    except UnknownOrganizationError as error:
        print(f"{error} Nothing was erased.", file=sys.stderr)
        return 1
    print(f"Data about the person in organization {organization_id}:\n{_table(found)}")
    if roles := [identity for identity in options.identities if erasure.is_member(organization_id, identity)]:
        print(
            f"Identities that have a role in the organization: {len(roles):,}. To remove the roles, use `make members`."
        )
    if options.dry_run:
        print("Nothing was changed.")
        return 0
    if not found.total():
        return 0
    if not options.yes and not _is_confirmed(organization_id):
        print("You typed a different ID. Nothing was erased.", file=sys.stderr)
        return 1
    erased = erasure.erase(organization_id, person, _show_progress)
    receipt = {
        "erasure": new_id(),
        "organization": organization_id,
        "finishedAt": clock.to_the_second(clock.now()),
        "erased": {kind: number for kind, number in sorted(erased.items()) if number},
    }
    text = json.dumps(receipt, indent=2)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    print(text)
    if options.receipt is not None:
        options.receipt.write_text(text + "\n")
    return 0


def _is_confirmed(organization_id: str) -> bool:
    print("This can't be undone.")
    try:
        return input("Type the organization's ID to erase this data: ") == organization_id
    except EOFError:
        return False


def _show_progress(counts: Counter[str]) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K  {counts.total():,} erased", end="", file=sys.stderr)


def _table(counts: Counter[str]) -> str:
    lines = [f"  {number:>12,}  {kind}" for kind, number in sorted(counts.items()) if number]
    return "\n".join(lines) or "  nothing"


if __name__ == "__main__":
    sys.exit(main())
