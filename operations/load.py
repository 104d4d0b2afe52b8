"""Load an issuer or organization document into the running local stack or a stack on AWS.

    python -m operations.load FILE [--stack-name NAME] [--organization ID] [--admin EMAIL]

docs/load-files.md describes the format. If the document is invalid, nothing is written. The command prints each fault
to standard error as ``path: reason``, and exits with 1.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from operations import deployment
from operations.deployment import CommandFailedError
from operations.places import STACK_FILE, client_settings

if TYPE_CHECKING:
    from operations.loading.checking import Document
    from operations.loading.load import LoadResult

_ROLES_BY_RANK = ("admin", "owner", "editor", "staff")
_SINGULAR = {
    "issuers": "issuer",
    "badge classes": "badge class",
    "pathways": "pathway",
    "learners": "learner",
    "groups": "group",
    "awards": "award",
    "members": "member",
}
"""The singular of each kind in `LoadResult.counts`."""


class LoadFailedError(CommandFailedError):
    """Raised when the document can't be loaded. Each line of the message gives one reason."""


def main(arguments: list[str] | None = None) -> int:
    """Load one file, and print the result. Return the exit code."""
    options = _options(arguments)
    return deployment.run(lambda: _run(options), retry_hint="Load the document again to complete the load.")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m operations.load", description="Load a document into a deployment.")
    parser.add_argument(
        "file", type=Path, help="an issuer or organization document: JSON, or a ZIP file that contains the JSON"
    )
    parser.add_argument(
        "--stack", type=Path, default=STACK_FILE, help="the file that describes the local stack (%(default)s)"
    )
    parser.add_argument("--stack-name", help="load into this CloudFormation stack, with your AWS credentials")
    parser.add_argument(
        "--organization",
        help="for an issuer document, the ID of the issuer's organization; for an organization document, confirms that "
        "the load may rename the existing organization, change its plan, and add members",
    )
    parser.add_argument("--admin", metavar="EMAIL", help="email address of a person to make an admin")
    parser.add_argument(
        "--users",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="in the local user pool, create a user for each member",
    )
    parser.add_argument("--limit-bytes", type=int, default=4 * 1024**3, help="maximum size of the JSON (%(default)s)")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    data = _read(options.file)
    stack = None if options.stack_name else deployment.local_stack(options.stack)
    if stack:
        os.environ.pop("AWS_PROFILE", None)
        os.environ |= _settings_of_stack(stack)
    else:
        os.environ |= deployment.settings_of(deployment.outputs_of(options.stack_name))
    started = time.monotonic()
    document, loaded = _load(data, options)
    print(_summary(loaded, time.monotonic() - started))
    if stack and options.users:
        people = _people(document, options.admin)
        create_users(stack, options.stack, people)
        if people:
            from badgedata.text import counted

            print(f"  {counted(len(people), 'user')} in the local user pool, password {stack['password']}")
    return 0


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise LoadFailedError(f"Can't read {file}: {error.strerror or error}") from None


def _settings_of_stack(stack: dict[str, Any]) -> dict[str, str]:
    return client_settings(stack["endpointUrl"], stack["region"]) | {
        "DIRECTORY_TABLE": stack["tables"]["directory"],
        "AWARDS_TABLE": stack["tables"]["awards"],
        "OPERATIONS_TABLE": stack["tables"]["operations"],
        "TRAIL_TABLE": stack["tables"]["trail"],
        "EXPORTS_BUCKET": stack["buckets"]["exports"],
        "IMAGES_BUCKET": stack["buckets"]["images"],
        "EXPORTS_QUEUE_URL": stack["queues"]["exports"],
        "PUBLIC_BASE_URL": stack["apiUrl"],
    }


def _load(data: bytes, options: argparse.Namespace) -> tuple["Document", "LoadResult"]:
    """Check and load a document. ``badgedata`` reads its settings on import, so it is imported in this function."""
    deployment.make_domain_importable()
    from operations.loading.faults import InvalidDocumentError
    from operations.loading.load import load
    from operations.loading.reading import read_document
    from operations.loading.writing import LoadInterruptedError

    try:
        document = read_document(data, limit_bytes=options.limit_bytes)
        loaded = load(
            document, organization_id=options.organization, admin_email=options.admin, on_progress=_show_progress
        )
    except InvalidDocumentError as error:
        lines = [str(fault) for fault in error.faults]
        if error.count > len(error.faults):
            lines.append(f"… and {error.count - len(error.faults):,} more")
        raise LoadFailedError("\n".join([*lines, f"{options.file} was not loaded. Nothing was written."])) from None
    except LoadInterruptedError as error:
        raise LoadFailedError(
            f"The load was interrupted: {error}. Load the document again to complete the load."
        ) from None
    return document, loaded


def _show_progress(kind: str, count: int) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K  {count:,} {kind}", end="", file=sys.stderr)


def _summary(loaded: "LoadResult", seconds: float) -> str:
    from badgedata.text import counted

    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    created = " (newly created)" if loaded.created_organization else ""
    counts = ", ".join(counted(count, _SINGULAR[kind], kind) for kind, count in loaded.counts.items() if count)
    if loaded.members_removed:
        counts += f", {counted(loaded.members_removed, 'member')} removed"
    organization = f"organization {loaded.organization_id}{created}"
    return f"Loaded into {organization}: {counts} ({counted(loaded.images, 'new image')}) in {seconds:.1f} s"


def _people(document: "Document", admin: str | None) -> dict[str, str]:
    from badgedata.identifiers import comparable_address

    roles: dict[str, str] = {} if admin is None else {comparable_address(admin): "admin"}
    for member in getattr(document, "members", None) or ():
        email = comparable_address(member.email)
        roles[email] = min(member.role, roles.get(email, member.role), key=_ROLES_BY_RANK.index)
    return roles


def create_users(stack: dict[str, Any], stack_file: Path, people: dict[str, str]) -> None:
    """Create users in the local user pool, and list them in ``stack.json``.

    Parameters
    ----------
    stack
        The content of ``stack.json``. It includes the password that all users share.
    people
        Each person's role, keyed by email address. Roles are listed in ``stack.json``, but not stored in the pool.
    """
    pool = boto3.client("cognito-idp")
    for email in people:
        # Existing users get this password too, because stack.json shows it.
        with suppress(pool.exceptions.UsernameExistsException):
            pool.admin_create_user(
                UserPoolId=stack["userPoolId"],
                Username=email,
                UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
                MessageAction="SUPPRESS",
            )
        pool.admin_set_user_password(
            UserPoolId=stack["userPoolId"], Username=email, Password=stack["password"], Permanent=True
        )
    users = _add_people(stack.get("users", []), people, stack["password"])
    written = stack_file.with_suffix(".json.new")
    written.write_text(json.dumps(stack | {"users": users}, indent=2, ensure_ascii=False) + "\n")
    written.replace(stack_file)


def _add_people(users: Iterable[dict[str, str]], people: dict[str, str], password: str) -> list[dict[str, str]]:
    from badgedata.identifiers import comparable_address

    known = {comparable_address(user["email"]): user for user in users}
    for email, role in people.items():
        known.setdefault(email, {"email": email, "password": password, "role": role})
    return list(known.values())


if __name__ == "__main__":
    sys.exit(main())
