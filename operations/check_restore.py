"""Check a deployment's tables, or check restored tables before you use them (docs/operations.md, "Restoring tables").

    python -m operations.check_restore [--directory TABLE] [--awards TABLE] [--operations TABLE]
                                       [--trail TABLE]
                                       [--organization ID …] [--stack-name NAME]

The command doesn't change anything. With `--organization`, it reads and counts all awards of the specified
organizations. The exit code is 0 if all checks pass.
"""

import argparse
import os
import sys

from operations import deployment

TABLES = ("directory", "awards", "operations", "trail")


def main(arguments: list[str] | None = None) -> int:
    """Run the checks and print their results. Return the exit code."""
    options = _options(arguments)
    return deployment.run(lambda: _run(options))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m operations.check_restore", description="Check a deployment's tables, or restored tables."
    )
    for table in TABLES:
        parser.add_argument(
            f"--{table}", metavar="TABLE", help=f"check this table instead of the stack's {table} table"
        )
    parser.add_argument(
        "--organization",
        metavar="ID",
        action="append",
        default=[],
        help="also check this organization's items (repeatable)",
    )
    deployment.add_options(parser)
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    deployment.configure(options)
    for table in TABLES:
        if name := getattr(options, table):
            os.environ[f"{table.upper()}_TABLE"] = name
    from operations.restored_tables import check_organization, check_tables

    checks = [*check_tables()]
    for organization_id in options.organization:
        checks += check_organization(organization_id)
    for check in checks:
        print(f"  {'✔' if check.passed else '✘'} {check.description}")
    failed = sum(not check.passed for check in checks)
    print(f"{len(checks)} checks, {failed} failed" if failed else f"{len(checks)} checks, all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
