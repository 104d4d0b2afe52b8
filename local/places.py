"""Where the local stack keeps its state, and how its programs are found."""

import os
from dataclasses import dataclass
from pathlib import Path

from operations.places import LOCAL as LOCAL
from operations.places import REPOSITORY as REPOSITORY
from operations.places import STACK_NAME as STACK_NAME
from operations.places import client_settings

REGION = "us-east-1"
PASSWORD = "Correct-horse-7-battery"  # noqa: S105 - of every user of the local pool; shown in stack.json


@dataclass(frozen=True)
class Place:
    """One local stack: a folder for its state, and the port it listens on."""

    folder: Path
    port: int

    @property
    def endpoint_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def stack_file(self) -> Path:
        return self.folder / "stack.json"


def run_place() -> Place:
    """Give the stack of `make run`. `PORT` moves it, where the port is taken."""
    return Place(LOCAL, int(os.environ.get("PORT", "4566")))


def program(environment: str, name: str) -> Path:
    """Give the path of a program in one of the environments that the Makefile sets up."""
    return LOCAL / "environments" / environment / "bin" / name


def client_environment(place: Place) -> dict[str, str]:
    """Give what an AWS client needs in its environment to talk to the local stack, and nothing of the person's own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        **client_settings(place.endpoint_url, REGION),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
