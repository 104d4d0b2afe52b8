"""Deletes all data of one organization, for good (docs/operations.md, "Deleting a tenant").

    python -m operations.delete_organization ID [--dry-run] [--yes] [--with-accounts] [--stack-name NAME]

Asks for the id twice more, unless told `--yes`. Prints how many of each kind were deleted. What breaks off can be run
again. The exit code is 0 when all is deleted, 1 when nothing was, 3 when it broke off.
"""

import argparse
import sys
from collections import Counter

import boto3

from operations import deployment


def main(arguments: list[str] | None = None) -> int:
    """Delete, or count what would be deleted. Gives the exit code."""
    options = _options(arguments)
    return deployment.run(lambda: _run(options), again="Run the command again; it continues from there.", broken_off=3)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m operations.delete_organization", description="Delete all data of one organization."
    )
    parser.add_argument("organization", help="the organization's id")
    parser.add_argument("--dry-run", action="store_true", help="count the data without deleting it")
    parser.add_argument("--yes", action="store_true", help="don't ask for confirmation")
    parser.add_argument(
        "--with-accounts", action="store_true", help="delete the accounts of members who have no role anywhere else"
    )
    parser.add_argument(
        "--skip-old-images",
        action="store_true",
        help="don't search the images of version 0.1 for those of awards that were deleted earlier",
    )
    deployment.add_options(parser)
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    outputs = deployment.settle(options)
    from operations.deletion.organization import NoOrganizationError, count, delete

    organization_id = options.organization
    try:
        if options.dry_run:
            print(f"Organization {organization_id} has:\n{_table(count(organization_id))}\nNothing was changed.")
            return 0
        if not options.yes and not _is_meant(organization_id):
            print("The IDs differ. Nothing was deleted.", file=sys.stderr)
            return 1
        pool = outputs["UserPoolId"] if options.with_accounts else None
        delete_account = (lambda email: _delete_account(pool, email)) if pool else None
        look_for_old_images = not options.skip_old_images
        counts = delete(organization_id, _tell, delete_account, look_for_old_images=look_for_old_images)
    except NoOrganizationError as error:
        print(f"{error} Nothing was deleted.", file=sys.stderr)
        return 1
    print(f"Deleted organization {organization_id}:\n{_table(counts)}")
    return 0


def _is_meant(organization_id: str) -> bool:
    print(f"This deletes all data of organization {organization_id}. This can't be undone.")
    try:
        return all(input(f"{again} the organization's id: ") == organization_id for again in ("Type", "Repeat"))
    except EOFError:
        return False


def _delete_account(pool: str, email: str) -> None:
    client = boto3.client("cognito-idp")
    try:
        client.admin_delete_user(UserPoolId=pool, Username=email)
    except client.exceptions.UserNotFoundException:
        return


def _tell(counts: Counter[str]) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K  {counts.total():,} deleted", end="", file=sys.stderr)


def _table(counts: Counter[str]) -> str:
    return "\n".join(f"  {count:>12,}  {kind}" for kind, count in sorted(counts.items()) if count)


if __name__ == "__main__":
    sys.exit(main())
