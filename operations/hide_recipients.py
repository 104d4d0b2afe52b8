"""Re-bake award images that identify recipients in plain text (docs/operations.md, "Recipient privacy").

    python -m operations.hide_recipients ORGANIZATION [--dry-run] [--stack-name NAME]

Until an image is re-baked, public pages show the badge class's image instead. You can interrupt the command and run it
again. The exit code is 3 if any images couldn't be baked.
"""

import argparse
import itertools
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from operations import deployment

if TYPE_CHECKING:
    from badgedata.records.awards import Award
    from badgedata.records.directory import BadgeClass

BATCH_AWARDS: Final = 100


def main(arguments: list[str] | None = None) -> int:
    """Re-bake images that identify recipients or, with `--dry-run`, only count them. Return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m operations.hide_recipients", description="Re-bake award images that identify recipients."
    )
    parser.add_argument("organization", help="the organization's ID")
    parser.add_argument("--dry-run", action="store_true", help="count the images without re-baking them")
    deployment.add_options(parser)
    options = parser.parse_args(arguments)
    return deployment.run(
        lambda: _run(options), retry_hint="Run the command again to continue where it stopped.", rejected_code=3
    )


def _run(options: argparse.Namespace) -> int:
    deployment.configure(options)
    from badgedata.access import find_organization
    from badgedata.text import counted

    if find_organization(options.organization) is None:
        print(f"No such organization: {options.organization}.", file=sys.stderr)
        return 1
    total, reasons = 0, Counter[str]()
    for badge_class, awards in _awards_to_bake(options.organization):
        total += len(awards)
        if not options.dry_run:
            reasons.update(reason for reason in _bake(badge_class, awards) if reason is not None)
    if options.dry_run:
        print(f"Award images that identify recipients in plain text: {total:,}. Nothing was changed.")
        return 0
    print(f"Re-baked {total - reasons.total():,} of {counted(total, 'award image')}.")
    for reason, count in reasons.most_common():
        print(f"{count:,} not baked: {reason}", file=sys.stderr)
    return 3 if reasons else 0


def _awards_to_bake(organization_id: str) -> Iterator[tuple["BadgeClass", list["Award"]]]:
    from badgedata.published import may_show_image
    from badgedata.records.awards import Award
    from operations.deletion.catalogue import badge_classes_of, issuers_of

    for issuer in issuers_of(organization_id):
        badge_classes = {badge_class.entity_id: badge_class for badge_class in badge_classes_of(issuer.entity_id)}
        all_awards = Award.query(issuer.entity_id, consistent_read=True)
        hidden = (award for award in all_awards if not may_show_image(award, hash_recipient=True))
        for batch in itertools.batched(hidden, BATCH_AWARDS, strict=False):
            for badge_class_id, badge_class in badge_classes.items():
                if awards := [award for award in batch if award.badge_class_id == badge_class_id]:
                    yield badge_class, awards


def _bake(badge_class: "BadgeClass", awards: Sequence["Award"]) -> list[str | None]:
    from badgedata.resync.baking import bake_awards

    if badge_class.image is None:
        return ["The badge class has no image."] * len(awards)
    return bake_awards(awards, badge_class)


if __name__ == "__main__":
    sys.exit(main())
