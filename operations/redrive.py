"""Move dead letters back to their workers (docs/operations.md, "Dead letters").

    python -m operations.redrive [QUEUE …] [--dry-run] [--stack-name NAME]

The queues are exports, deliveries, image-resync, export-emails, and scheduled-exports. By default, all of them are
redriven.
"""

import argparse
import sys

from operations import deployment
from operations.dead_letters import dead_letter_queues, list_messages, redrive

QUEUES = ("exports", "deliveries", "image-resync", "export-emails", "scheduled-exports")


def main(arguments: list[str] | None = None) -> int:
    """Redrive the dead letters, or only list them if `--dry-run` is set. Return the exit code."""
    options = _options(arguments)
    return deployment.run(lambda: _run(options), retry_hint="Run the command again. Duplicate messages have no effect.")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m operations.redrive", description="Move dead letters back to their workers."
    )
    parser.add_argument("queues", nargs="*", metavar="QUEUE", help=f"one or more of {', '.join(QUEUES)} (default: all)")
    parser.add_argument("--dry-run", action="store_true", help="list messages without redriving them")
    deployment.add_options(parser)
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.queues if name not in QUEUES]:
        parser.error(f"unknown queue {', '.join(unknown)}; the queues are {', '.join(QUEUES)}")
    return options


def _run(options: argparse.Namespace) -> int:
    for queue in dead_letter_queues(deployment.configure(options)):
        if not options.queues or queue.name in options.queues:
            count = 0
            for line in list_messages(queue) if options.dry_run else redrive(queue):
                count += 1
                print(f"  {line}")
            print(f"{queue.name}: {count} {'found' if options.dry_run else 'redriven'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
