"""Entity ids: what they look like, and how new ones are made."""

import re
import secrets
import time

ENTITY_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def is_entity_id(text: str) -> bool:
    """Tell whether `text` can be the id of anything here."""
    return ENTITY_ID.fullmatch(text) is not None


def new_id() -> str:
    """Make an id that can't be guessed and that sorts by the time it was made (milliseconds, then 80 random bits)."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
