"""Gives dead letters to their workers again (docs/operations.md, "Dead letters").

    python -m operations.redrive [QUEUE …] [--dry-run] [--stack-name NAME]

Without a queue's name, all are meant: exports, image-resync, scheduled-exports.
"""

import argparse
import sys

from operations import deployment
from operations.dead_letters import dead_letter_queues, look, redrive

QUEUES = ("exports", "image-resync", "scheduled-exports")


def main(arguments: list[str] | None = None) -> int:
    """Redrive, or show what is there. Gives the exit code."""
    options = _options(arguments)
    return deployment.run(lambda: _run(options), again="Run the command again; a duplicate message changes nothing.")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m operations.redrive", description="Move dead letters back to their workers."
    )
    parser.add_argument(
        "queues", nargs="*", metavar="QUEUE", help=f"of {', '.join(QUEUES)}; all queues if none is named"
    )
    parser.add_argument("--dry-run", action="store_true", help="list messages without redriving them")
    deployment.add_options(parser)
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.queues if name not in QUEUES]:
        parser.error(f"there is no queue {', '.join(unknown)}; there are {', '.join(QUEUES)}")
    return options


def _run(options: argparse.Namespace) -> int:
    for queue in dead_letter_queues(deployment.settle(options)):
        if not options.queues or queue.name in options.queues:
            count = 0
            for line in look(queue) if options.dry_run else redrive(queue):
                count += 1
                print(f"  {line}")
            print(f"{queue.name}: {count} {'found' if options.dry_run else 'redriven'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
