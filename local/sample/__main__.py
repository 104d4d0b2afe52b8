"""Write the sample organizations as load files: `python -m local.sample --out DIR`.

`paid.json` and `free.json` are organization documents. The same seed and number of awards produce the same data on any
machine; only the bytes of PNG images depend on its zlib version. Awards are written as they are generated, so a million
awards need no more memory than a few thousand.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from local.sample.awards import BASE_URL, SEED, JsonObject
from local.sample.catalogue import FREE, PAID
from local.sample.documents import organization_document

AWARDS = 5000


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.sample", description="Write the sample organizations.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for paid.json and free.json")
    parser.add_argument(
        "--seed",
        type=int,
        default=SEED,
        help="seed for the random data; a different seed produces different people and awards",
    )
    parser.add_argument(
        "--awards",
        type=int,
        default=AWARDS,
        help="number of awards for the paid organization (default %(default)s); the free one gets a fiftieth of that",
    )
    parser.add_argument("--base-url", default=BASE_URL, help="base URL for the documents' IDs (default %(default)s)")
    options = parser.parse_args(arguments)
    if options.awards < 0:
        parser.error(f"argument --awards: {options.awards} is less than 0")
    options.out.mkdir(parents=True, exist_ok=True)
    for name, organization, count in (("paid", PAID, options.awards), ("free", FREE, options.awards // 50)):
        path = options.out / f"{name}.json"
        write(path, organization_document(organization, count, seed=options.seed, base_url=options.base_url))
        print(f"{path}: {organization.name}, {count:,} awards, {path.stat().st_size:,} bytes")
    return 0


def write(path: Path, document: JsonObject) -> None:
    """Write a document, and move it into place only when it is complete."""
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json_text(document))
        file.write("\n")
    unfinished.replace(path)


def json_text(value: object) -> Iterator[str]:
    """Yield a value as JSON, piece by piece.

    An iterator becomes an array with one item per line, read as it is written.
    """
    if isinstance(value, Iterator):
        yield "["
        for number, item in enumerate(value):
            yield ",\n" if number else "\n"
            yield from json_text(item)
        yield "]"
    elif isinstance(value, dict) and any(isinstance(item, Iterator) for item in value.values()):
        for number, (key, item) in enumerate(value.items()):
            yield f"{',' if number else '{'}{json.dumps(key)}:"
            yield from json_text(item)
        yield "}"
    else:
        yield json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    sys.exit(main())
