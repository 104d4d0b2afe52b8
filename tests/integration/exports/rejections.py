"""Requests for exports that the API rejects."""

from typing import Any

from tests.integration.exports.welding_school import ADMIN as ADMIN_EMAIL
from tests.support.api_client import Person

ADMIN = Person(ADMIN_EMAIL)


def rejected(body: dict[str, Any], field: str, scope: str = "/issuers/WELD") -> str:
    """Check that an export is rejected because of a field, and return the message."""
    answer = ADMIN.post(f"{scope}/exports", body)
    assert (answer.status, answer.wrong_fields) == (422, [field]), answer.text
    assert ADMIN.post(f"{scope}/exports/preview", body).wrong_fields == [field]
    return str(answer.problem["errors"][0]["message"])
