"""The sample documents, read as plain JSON."""

import json
import re
from typing import Any

from local.sample.__main__ import json_text

type Json = dict[str, Any]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")


def read(document: Json) -> Json:
    read_back: Json = json.loads("".join(json_text(document)))
    return read_back


def assertions_of(document: Json) -> list[Json]:
    return [
        assertion
        for issuer in document["issuers"]
        for badge_class in issuer["badgeClasses"]
        for assertion in badge_class["assertions"]
    ]
