"""Checks the tables of a deployment, or restored ones before they take over (docs/operations.md, "Restoring tables").

    python -m operations.check_restore [--directory TABLE] [--awards TABLE] [--operations TABLE]
                                       [--organization ID …] [--stack-name NAME]

Changes nothing. The exit code is 0 when everything holds. Counting an organization's awards reads all of them.
"""

import argparse
import os
import sys

from operations import deployment

TABLES = ("directory", "awards", "operations")


def main(arguments: list[str] | None = None) -> int:
    """Check, and say of each thing whether it holds. Gives the exit code."""
    options = _options(arguments)
    return deployment.run(lambda: _run(options))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m operations.check_restore", description="Check a deployment's tables, or restored ones."
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
        help="check only this organization's rows; may be repeated",
    )
    deployment.add_options(parser)
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    deployment.settle(options)
    for table in TABLES:
        if name := getattr(options, table):
            os.environ[f"{table.upper()}_TABLE"] = name
    from operations.restored_tables import check_organization, check_tables

    checks = [*check_tables()]
    for organization_id in options.organization:
        checks += check_organization(organization_id)
    for check in checks:
        print(f"  {'✔' if check.holds else '✘'} {check.what}")
    wrong = sum(not check.holds for check in checks)
    print(f"{len(checks)} checks, {wrong} of them fail" if wrong else f"{len(checks)} checks, all hold")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
