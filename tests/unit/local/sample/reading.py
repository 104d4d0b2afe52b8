"""Read parts of the sample documents."""

import re
from typing import Any

type Json = dict[str, Any]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")


def assertions_of(document: Json) -> list[Json]:
    return [
        assertion
        for issuer in document["issuers"]
        for badge_class in issuer["badgeClasses"]
        for assertion in badge_class["assertions"]
    ]
