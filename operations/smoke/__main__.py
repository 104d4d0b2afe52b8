"""Test a deployment by using the entire product over HTTPS (docs/deploying.md, "Smoke test").

    python -m operations.smoke [--stack-name NAME] [--keep] [--patience SECONDS] [--delivery-profile PROFILE]

The command creates a temporary organization and accounts. At the end, it deletes them, even after a failure or Ctrl-C.
The exit code is 0 if every step passes and everything is deleted. Otherwise, it is 1.
"""

import argparse
import signal
import sys
import time
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from operations import deployment
from operations.places import STACK_NAME
from operations.smoke.error import SmokeTestError

if TYPE_CHECKING:
    from operations.smoke.created import Created
    from operations.smoke.run import Deployed

PATIENCE_SECONDS = 300.0
PERMISSIONS = 'your permissions (docs/deploying.md, "Smoke test"), and the AWS Health Dashboard'


def main(arguments: list[str] | None = None) -> int:
    """Run the smoke test and clean up. Return the exit code."""
    options = _options(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # CI sends SIGTERM to stop a job, so clean up first
    return deployment.run(lambda: _run(options))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m operations.smoke",
        description="Test a deployment by using the entire product with a temporary tenant.",
    )
    parser.add_argument("--keep", action="store_true", help="keep the tenant, and print how to sign in to it")
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE_SECONDS,
        metavar="SECONDS",
        help="maximum duration of a step in seconds (%(default)g)",
    )
    parser.add_argument(
        "--delivery-profile",
        metavar="PROFILE",
        help="also deliver a file to a temporary bucket in another account, whose credentials are in this AWS profile",
    )
    deployment.add_options(parser)
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    outputs = deployment.configure(options)
    from operations.smoke.created import Created
    from operations.smoke.run import Deployed

    started = time.monotonic()
    stack_name = options.stack_name or STACK_NAME
    sends_email = bool(deployment.parameters_of(stack_name).get("NotificationSender"))
    deployed = Deployed(stack_name, outputs, sends_email)
    created = Created.plan(outputs, options.delivery_profile)
    print(f"Smoke test of {stack_name}")
    try:
        has_passed = _walk(deployed, created, options.patience)
    finally:
        is_clean = _clean_up(deployed, created, options)
    print(f"\n{'Passed' if has_passed else 'Failed'} after {time.monotonic() - started:.0f} s.")
    return 0 if has_passed and is_clean else 1


def _walk(deployed: "Deployed", created: "Created", patience: float) -> bool:
    """Run the steps. If a step fails, print the reason and return False."""
    from badgedata.problems import Problem
    from operations.loading.writing import LoadInterruptedError
    from operations.smoke.walk import walk

    try:
        walk(deployed, created, patience)
    except SmokeTestError as error:
        print(error)
    except (BotoCoreError, ClientError, PynamoDBException, LoadInterruptedError) as error:
        print(SmokeTestError(expected="AWS to accept the request", found=str(error), check=PERMISSIONS))
    except Problem as problem:
        print(SmokeTestError(expected="the request to be accepted", found=problem.detail, check="the stack's settings"))
    except KeyboardInterrupt:
        print("  Interrupted.")
    else:
        return True
    return False


def _clean_up(deployed: "Deployed", created: "Created", options: argparse.Namespace) -> bool:
    """Delete everything that the run created. With `--keep`, keep the tenant and its people's accounts.

    Return whether all deletions succeeded.
    """
    deletion_command = _deletion_command(created.tenant.names.organization, options)
    commands = created.delete_supporting_resources()
    if not options.keep:
        commands += created.delete_tenant(deletion_command)
    if commands:
        _print_commands("\nNot everything was deleted. Delete the rest with:", commands)
    if options.keep:
        print(f"\nKept: organization {created.tenant.names.organization}, at {deployed.base_url}/console")
        for email, password in created.people.passwords.items():
            print(f"  {email}  {password}")
        _print_commands("Delete it with:", [deletion_command, *created.people.cleanup_commands])
    return not commands


def _print_commands(introduction: str, commands: list[str]) -> None:
    print(introduction)
    for command in commands:
        print(f"  {command}")


def _deletion_command(organization_id: str, options: argparse.Namespace) -> str:
    stack = f" --stack-name {options.stack_name}" if options.stack_name else ""
    return f"python -m operations.delete_organization {organization_id} --yes{stack}"


if __name__ == "__main__":
    sys.exit(main())
