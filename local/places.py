"""The local stack's paths, ports, and programs, and the environment for its clients."""

import os
from dataclasses import dataclass
from pathlib import Path

from operations.places import LOCAL as LOCAL
from operations.places import REPOSITORY as REPOSITORY
from operations.places import STACK_NAME as STACK_NAME
from operations.places import client_settings

REGION = "us-east-1"
PASSWORD = "Correct-horse-7-battery"  # noqa: S105 - for all users of the local pool; also in stack.json


@dataclass(frozen=True)
class Place:
    """The folder for a local stack's state and the port that the stack listens on."""

    folder: Path
    port: int

    @property
    def endpoint_url(self) -> str:
        """The endpoint URL of the local AWS emulator."""
        return f"http://localhost:{self.port}"

    @property
    def stack_file(self) -> Path:
        """The path of the stack's description, ``stack.json``."""
        return self.folder / "stack.json"


def run_place() -> Place:
    """Return the folder and port of the `make run` stack. The port is 4566 unless ``PORT`` is set."""
    return Place(LOCAL, int(os.environ.get("PORT", "4566")))


def program(environment: str, name: str) -> Path:
    """Return the path of a program in one of the Python environments that the Makefile creates."""
    return LOCAL / "environments" / environment / "bin" / name


def client_environment(place: Place) -> dict[str, str]:
    """Return a process environment in which AWS clients use a local stack and none of the user's AWS settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        **client_settings(place.endpoint_url, REGION),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
