"""The keys of delivered objects. An export's keys never change, so a repeated delivery overwrites the same objects."""

MANIFEST_ENDING = ".manifest.json"
TEST_NAME = "delivery-test.txt"


def folder(prefix: str, organization_id: str) -> str:
    """Return the key prefix of all objects that are delivered for an organization.

    >>> folder("exports/badges", "ORG")
    'exports/badges/ORG/'
    >>> folder("", "ORG")
    'ORG/'
    """
    return f"{prefix}/{organization_id}/" if prefix else f"{organization_id}/"


def of_file(prefix: str, organization_id: str, file_name: str) -> str:
    """Return the key of a delivered file."""
    return f"{folder(prefix, organization_id)}{file_name}"


def of_manifest(file_key: str) -> str:
    """Return the key of a delivered file's manifest."""
    return f"{file_key}{MANIFEST_ENDING}"


def of_test(prefix: str, organization_id: str) -> str:
    """Return the key of the object that a destination test writes and deletes."""
    return f"{folder(prefix, organization_id)}{TEST_NAME}"
