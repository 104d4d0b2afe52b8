"""Smoke test of a deployment: use the entire product over HTTPS (docs/deploying.md, "Smoke test").

    python -m operations.smoke [--stack-name NAME] [--keep] [--patience SECONDS]

The command creates a temporary organization and accounts, and deletes them at the end, even after a failure or Ctrl-C.
The exit code is 0 if every step passes and everything is deleted, otherwise 1.
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
from operations.steps import step

if TYPE_CHECKING:
    from operations.smoke.people import People
    from operations.smoke.run import Deployed
    from operations.smoke.tenant import Tenant

PATIENCE_SECONDS = 300.0
PERMISSIONS = 'your permissions (docs/deploying.md, "Smoke test"), and the AWS Health Dashboard'


def main(arguments: list[str] | None = None) -> int:
    """Run the smoke test, clean up, and return the exit code."""
    options = _options(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # CI sends SIGTERM to stop a job, so clean up first
    return deployment.run(lambda: _run(options))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m operations.smoke",
        description="Smoke test of a deployment: use the entire product with a temporary tenant.",
    )
    parser.add_argument("--keep", action="store_true", help="keep the tenant, and print how to sign in to it")
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE_SECONDS,
        metavar="SECONDS",
        help="maximum duration of a step in seconds (%(default)g)",
    )
    deployment.add_options(parser)
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    outputs = deployment.configure(options)
    from operations.smoke.people import People
    from operations.smoke.run import Deployed
    from operations.smoke.tenant import Tenant

    started = time.monotonic()
    deployed = Deployed(options.stack_name or STACK_NAME, outputs)
    tenant, people = Tenant(), People(outputs["UserPoolId"], outputs["UserPoolClientId"])
    print(f"Smoke test of {deployed.stack_name}")
    try:
        has_passed = _walk(deployed, tenant, people, options.patience)
    finally:
        if options.keep:
            _print_tenant(deployed, tenant, people, options)
            is_clean = True
        else:
            is_clean = _clean_up(tenant, people, options)
    print(f"\n{'Passed' if has_passed else 'Failed'} after {time.monotonic() - started:.0f} s.")
    return 0 if has_passed and is_clean else 1


def _walk(deployed: "Deployed", tenant: "Tenant", people: "People", patience: float) -> bool:
    """Run all steps. Return whether every step passed. Otherwise, print the failure."""
    from badgedata.problems import Problem
    from operations.loading.writing import LoadInterruptedError
    from operations.smoke.walk import walk

    try:
        walk(deployed, tenant, people, patience)
    except SmokeTestError as error:
        print(error)
    except (BotoCoreError, ClientError, PynamoDBException, LoadInterruptedError) as error:
        print(SmokeTestError(expected="AWS to accept the request", found=str(error), check=PERMISSIONS))
    except Problem as problem:
        print(
            SmokeTestError(
                expected="the request to be accepted", found=problem.detail, check="the settings of the stack"
            )
        )
    except KeyboardInterrupt:
        print("  Interrupted.")
    else:
        return True
    return False


def _clean_up(tenant: "Tenant", people: "People", options: argparse.Namespace) -> bool:
    """Delete everything that was created. Return whether nothing is left. Otherwise, print what is left."""
    commands: list[str] = []
    try:
        with step("delete the tenant") as details:
            counts = tenant.delete()
            details.append(f"{counts.total():,} items")
            commands += (f"aws s3 rm {address}" for address in tenant.remaining_objects())
    except (Exception, KeyboardInterrupt) as error:
        print(f"  found:     {error!r}")
        commands.append(_deletion_command(tenant, options))
    try:
        with step("delete the accounts"):
            people.remove_all()
    except (Exception, KeyboardInterrupt) as error:
        print(f"  found:     {error!r}")
    commands += people.cleanup_commands
    if commands:
        _print_commands("\nNot everything was deleted. Delete the rest with:", commands)
    return not commands


def _print_tenant(deployed: "Deployed", tenant: "Tenant", people: "People", options: argparse.Namespace) -> None:
    print(f"\nKept: organization {tenant.names.organization}, at {deployed.base_url}/console")
    for email, password in people.passwords.items():
        print(f"  {email}  {password}")
    _print_commands("Delete it with:", [_deletion_command(tenant, options), *people.cleanup_commands])


def _print_commands(introduction: str, commands: list[str]) -> None:
    print(introduction)
    for command in commands:
        print(f"  {command}")


def _deletion_command(tenant: "Tenant", options: argparse.Namespace) -> str:
    stack = f" --stack-name {options.stack_name}" if options.stack_name else ""
    return f"python -m operations.delete_organization {tenant.names.organization} --yes{stack}"


if __name__ == "__main__":
    sys.exit(main())
