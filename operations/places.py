"""Where the repository is, and the local stack's description in it, for commands that find a deployment by them.

A module of its own, as `local.node` runs at each use of npm, and what else knows deployments imports the AWS SDK.
"""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
LOCAL = REPOSITORY / ".local"
STACK_FILE = LOCAL / "stack.json"
"""What `make run` writes of the stack that it started."""

STACK_NAME = "badge-data-management"
"""The local stack's CloudFormation name."""


def client_settings(endpoint_url: str, region: str) -> dict[str, str]:
    """Return the environment in which AWS clients use a local stack, and nothing of the person's own account."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
