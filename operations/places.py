"""The paths of the repository and of the local stack's files, and settings for AWS clients.

`local.node` imports this module for each npm command, so this module must not import the AWS SDK.
"""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
LOCAL = REPOSITORY / ".local"
STACK_FILE = LOCAL / "stack.json"
"""The description of the local stack, written by `make run`."""

STACK_NAME = "badge-data-management"
"""The local stack's CloudFormation name."""


def client_settings(endpoint_url: str, region: str) -> dict[str, str]:
    """Return environment variables that make AWS clients use a local stack instead of the user's own account."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
