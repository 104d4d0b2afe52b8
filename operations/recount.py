"""Recount the awards of one or more organizations, or check the counts (docs/operations.md, "Award counts").

    python -m operations.recount ORGANIZATION … [--check] [--stack-name NAME]

Awards can be written while the command runs. You can interrupt it and run it again. With `--check`, the exit code is 3
if the counts don't match the awards.
"""

import argparse
import sys
import time
from collections.abc import Iterator

from operations import deployment


def main(arguments: list[str] | None = None) -> int:
    """Recount awards or, with `--check`, only check the counts. Return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m operations.recount", description="Recount the awards of organizations, or check the counts."
    )
    parser.add_argument("organizations", nargs="+", metavar="ORGANIZATION", help="an organization's ID")
    parser.add_argument("--check", action="store_true", help="check the counts without changing them")
    deployment.add_options(parser)
    options = parser.parse_args(arguments)
    return deployment.run(lambda: _run(options), retry_hint="Run the command again.")


def _run(options: argparse.Namespace) -> int:
    deployment.configure(options)
    from badgedata.counts import recount
    from badgedata.text import counted

    issuers = list(_issuers(options.organizations))
    if not options.check:
        for issuer_id in issuers:
            recount.announce(issuer_id)
        print(f"Waiting {recount.STREAM_FUNCTION_SECONDS} seconds for changes that are being counted…", file=sys.stderr)
        time.sleep(recount.STREAM_FUNCTION_SECONDS)
    wrong = 0
    for issuer_id in issuers:
        awards = differences = 0
        for item in recount.compare_issuer(issuer_id) if options.check else recount.recount_issuer(issuer_id):
            awards += item.after
            if item.days_that_differ:
                differences += 1
                print(
                    f"  badge class {item.counted.badge_class_id}, {item.counted.month}: {item.before:,} counted, "
                    f"{item.after:,} found; the counts differ on {counted(item.days_that_differ, 'day')}"
                )
        wrong += differences
        print(f"issuer {issuer_id}: {counted(awards, 'award')}, {counted(differences, 'difference')}")
    return 3 if options.check and wrong else 0


def _issuers(organization_ids: list[str]) -> Iterator[str]:
    from badgedata.access import find_organization
    from badgedata.records.directory import Issuer

    for organization_id in organization_ids:
        if find_organization(organization_id) is None:
            raise deployment.CommandFailedError(f"No such organization: {organization_id}. Nothing was counted.")
        for issuer in Issuer.children.query(Issuer.parent_key(organization_id)):
            yield issuer.entity_id


if __name__ == "__main__":
    sys.exit(main())
