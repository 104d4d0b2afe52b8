"""Where the repository is, and the local stack's description in it, for commands that find a deployment by them.

A module of its own, as `local.node` runs at each use of npm, and what else knows deployments imports the AWS SDK.
"""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
LOCAL = REPOSITORY / ".local"
STACK_FILE = LOCAL / "stack.json"
"""What `make run` writes of the stack that it started."""

STACK_NAME = "badge-data-management"
"""The local stack's CloudFormation name."""
