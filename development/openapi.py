"""Write docs/openapi.json, the description of the API that ``GET /openapi.json`` returns.

Run it with ``make openapi`` after changing the API. The command also prints the breaking changes since the latest
release.
"""

import json
import os
from typing import Any

from development.api_changes import breaking_changes
from local.places import REPOSITORY
from operations.deployment import make_domain_importable

DESCRIPTION = REPOSITORY / "docs" / "openapi.json"
RELEASED = REPOSITORY / "docs" / "openapi-released.json"
"""The description of the API in the latest release, which clients rely on."""

BASE_URL = "https://badges.example.org"


def description() -> str:
    """Return the content of docs/openapi.json. The environment variables that the API reads on import must be set."""
    from functions.api.api import app
    from functions.api.api.openapi.document import openapi_document

    document: dict[str, Any] = json.loads(openapi_document(app, BASE_URL))
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write docs/openapi.json, and print the breaking changes since the latest release."""
    make_domain_importable()
    # The API reads these settings when it is imported, but its description doesn't depend on any of them.
    tables = ("DIRECTORY_TABLE", "AWARDS_TABLE", "OPERATIONS_TABLE", "TRAIL_TABLE")
    os.environ |= dict.fromkeys((*tables, "EXPORTS_BUCKET", "IMAGES_BUCKET", "EXPORTS_QUEUE_URL"), "none")
    os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "PUBLIC_BASE_URL": BASE_URL}
    DESCRIPTION.write_text(description())
    changes = breaking_changes(json.loads(RELEASED.read_text()), json.loads(DESCRIPTION.read_text()))
    print(f"{DESCRIPTION.relative_to(REPOSITORY)} is up to date.")
    if changes:
        print("These changes break clients of the latest release (CONTRIBUTING.md describes how to announce them):")
    for change in changes:
        print(f"- {change}")


if __name__ == "__main__":
    main()
