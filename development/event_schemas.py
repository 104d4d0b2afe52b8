"""Write docs/event-schemas.json, the JSON schemas of the events that this product sends.

Run it with ``make event-schemas`` after changing `badgedata.events.catalog`.
"""

import json

from local.places import REPOSITORY
from operations.deployment import make_domain_importable

SCHEMAS = REPOSITORY / "docs" / "event-schemas.json"


def schemas() -> str:
    """Return the content of docs/event-schemas.json: the schema of the `detail` of each event type."""
    from badgedata.events.catalog import FACTS, detail_schema

    found = {fact.type: detail_schema(fact) for fact in FACTS}
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write docs/event-schemas.json."""
    make_domain_importable()
    SCHEMAS.write_text(schemas())
    print(f"{SCHEMAS.relative_to(REPOSITORY)} is up to date.")


if __name__ == "__main__":
    main()
