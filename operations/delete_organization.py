"""Permanently delete all of one organization's data (docs/operations.md, "Deleting a tenant").

    python -m operations.delete_organization ID [--dry-run] [--yes] [--with-accounts] [--stack-name NAME]

Unless you specify `--yes`, the command asks you to type the ID twice. At the end, it prints the number of deleted items
of each kind. If the command is interrupted, run it again. The exit code is 0 if everything was deleted, 1 if nothing
was deleted, and 3 if the command was interrupted.
"""

import argparse
import sys
from collections import Counter

import boto3

from operations import deployment


def main(arguments: list[str] | None = None) -> int:
    """Delete the data or, with `--dry-run`, only count it. Return the exit code."""
    options = _options(arguments)
    return deployment.run(
        lambda: _run(options), retry_hint="Run the command again to continue where it stopped.", rejected_code=3
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m operations.delete_organization", description="Delete all data in an organization."
    )
    parser.add_argument("organization", help="the organization's ID")
    parser.add_argument("--dry-run", action="store_true", help="count the data without deleting it")
    parser.add_argument("--yes", action="store_true", help="don't ask for confirmation")
    parser.add_argument(
        "--with-accounts",
        action="store_true",
        help="also delete the accounts of members who have no role in another organization",
    )
    parser.add_argument(
        "--skip-old-images",
        action="store_true",
        help="don't search for images that version 0.1 baked for awards that no longer exist",
    )
    deployment.add_options(parser)
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    outputs = deployment.configure(options)
    from operations.deletion.organization import UnknownOrganizationError, count, delete

    organization_id = options.organization
    try:
        if options.dry_run:
            print(f"Data in organization {organization_id}:\n{_table(count(organization_id))}\nNothing was changed.")
            return 0
        if not options.yes and not _is_confirmed(organization_id):
            print("You typed a different ID. Nothing was deleted.", file=sys.stderr)
            return 1
        pool = outputs["UserPoolId"] if options.with_accounts else None
        delete_account = (lambda email: _delete_account(pool, email)) if pool else None
        delete_old_images = not options.skip_old_images
        counts = delete(organization_id, _show_progress, delete_account, delete_old_images=delete_old_images)
    except UnknownOrganizationError as error:
        print(f"{error} Nothing was deleted.", file=sys.stderr)
        return 1
    print(f"Deleted organization {organization_id}:\n{_table(counts)}")
    return 0


def _is_confirmed(organization_id: str) -> bool:
    print(f"This deletes all data in organization {organization_id}. This can't be undone.")
    try:
        return all(input(f"{verb} the organization's ID: ") == organization_id for verb in ("Type", "Repeat"))
    except EOFError:
        return False


def _delete_account(pool: str, email: str) -> None:
    client = boto3.client("cognito-idp")
    try:
        client.admin_delete_user(UserPoolId=pool, Username=email)
    except client.exceptions.UserNotFoundException:
        return


def _show_progress(counts: Counter[str]) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K  {counts.total():,} deleted", end="", file=sys.stderr)


def _table(counts: Counter[str]) -> str:
    return "\n".join(f"  {count:>12,}  {kind}" for kind, count in sorted(counts.items()) if count)


if __name__ == "__main__":
    sys.exit(main())
