"""Write the sample organizations as load files: `python -m local.sample --out DIR`.

`paid.json` and `free.json` are organization documents. The same number of awards produces the same data on any machine.
Only the bytes of PNG images can differ, because they depend on the zlib version.
"""

import argparse
import json
import sys
from pathlib import Path

from local.sample.catalogue import FREE, PAID
from local.sample.documents import organization_document

AWARDS = 5000


def main(arguments: list[str] | None = None) -> int:
    """Write the sample organizations' files, and print the file sizes. Return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local.sample", description="Write the sample organizations.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for paid.json and free.json")
    parser.add_argument(
        "--awards",
        type=int,
        default=AWARDS,
        help="number of awards for the paid organization (default %(default)s); the free one gets a fiftieth",
    )
    options = parser.parse_args(arguments)
    if options.awards < 0:
        parser.error(f"argument --awards: {options.awards} is less than 0")
    options.out.mkdir(parents=True, exist_ok=True)
    for name, organization, count in (("paid", PAID, options.awards), ("free", FREE, options.awards // 50)):
        path = options.out / f"{name}.json"
        document = organization_document(organization, count)
        path.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{path}: {organization.name}, {count:,} awards, {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
