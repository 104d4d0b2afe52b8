"""Prove a deployment by walking through the whole product (docs/deploying.md, "Prove it").

    python -m operations.smoke [--stack-name NAME] [--keep] [--patience SECONDS]

Makes an organization and accounts of its own, and deletes them again, also after a failure or Ctrl-C. The exit code is
0 when every step passes and nothing is left behind, else 1.
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
from operations.smoke.failure import SmokeFailure
from operations.steps import step

if TYPE_CHECKING:
    from operations.smoke.people import People
    from operations.smoke.run import Deployed
    from operations.smoke.tenant import Tenant

PATIENCE_SECONDS = 300.0
PERMISSIONS = 'your permissions (docs/deploying.md, "Prove it"), and the AWS Health Dashboard'


def main(arguments: list[str] | None = None) -> int:
    """Walk, clean up, and return the exit code."""
    options = _options(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what CI sends when it stops a job: clean up first
    return deployment.run(lambda: _run(options))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m operations.smoke",
        description="Prove a deployment: walk through the whole product with a tenant of its own.",
    )
    parser.add_argument("--keep", action="store_true", help="leave the tenant there, and say how to sign in to it")
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE_SECONDS,
        metavar="SECONDS",
        help="the longest that any single thing may take (%(default)g)",
    )
    deployment.add_options(parser)
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    outputs = deployment.settle(options)
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
            _explain(deployed, tenant, people, options)
            is_clean = True
        else:
            is_clean = _clean_up(tenant, people, options)
    print(f"\n{'Passed' if has_passed else 'Failed'} after {time.monotonic() - started:.0f} s.")
    return 0 if has_passed and is_clean else 1


def _walk(deployed: "Deployed", tenant: "Tenant", people: "People", patience: float) -> bool:
    """Return whether every step passed; say what failed."""
    from badgedata.problems import Problem
    from operations.loading.writing import LoadBrokenOffError
    from operations.smoke.walk import walk

    try:
        walk(deployed, tenant, people, patience)
    except SmokeFailure as failure:
        print(failure)
    except (BotoCoreError, ClientError, PynamoDBException, LoadBrokenOffError) as error:
        print(SmokeFailure(expected="AWS to take the request", found=str(error), check=PERMISSIONS))
    except Problem as problem:
        print(SmokeFailure(expected="the request to be taken", found=problem.detail, check="the settings of the stack"))
    except KeyboardInterrupt:
        print("  Interrupted.")
    else:
        return True
    return False


def _clean_up(tenant: "Tenant", people: "People", options: argparse.Namespace) -> bool:
    """Delete all that was made; say what is left if that fails."""
    left: list[str] = []
    try:
        with step("delete the tenant") as details:
            counts = tenant.delete()
            details.append(f"{counts.total():,} things")
            left += (f"aws s3 rm {found}" for found in tenant.left())
    except (Exception, KeyboardInterrupt) as error:
        print(f"  found:     {error!r}")
        left.append(_deletion_command(tenant, options))
    try:
        with step("delete the accounts"):
            people.remove_all()
    except (Exception, KeyboardInterrupt) as error:
        print(f"  found:     {error!r}")
    left += people.left
    if left:
        _print_commands("\nNot everything is deleted. Delete what is left by:", left)
    return not left


def _explain(deployed: "Deployed", tenant: "Tenant", people: "People", options: argparse.Namespace) -> None:
    print(f"\nKept: organization {tenant.names.organization}, at {deployed.base_url}/console")
    for email, password in people.passwords.items():
        print(f"  {email}  {password}")
    _print_commands("Delete it by:", [_deletion_command(tenant, options), *people.left])


def _print_commands(introduction: str, commands: list[str]) -> None:
    print(introduction)
    for command in commands:
        print(f"  {command}")


def _deletion_command(tenant: "Tenant", options: argparse.Namespace) -> str:
    stack = f" --stack-name {options.stack_name}" if options.stack_name else ""
    return f"python -m operations.delete_organization {tenant.names.organization} --yes{stack}"


if __name__ == "__main__":
    sys.exit(main())
