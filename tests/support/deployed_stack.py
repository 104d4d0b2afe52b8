"""The real template, deployed to a local AWS for this session with the sample organizations and IAM enforced."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import ministack
from local.deploy import build, deploy
from local.errors import LocalStackError
from local.places import LOCAL, REPOSITORY, Place, client_environment
from tests.support.ports import free_port

AWARDS = 1000
SESSIONS = LOCAL / "test"


@pytest.fixture(scope="session")
def stack() -> Iterator[dict[str, Any]]:
    """Yield the ``stack.json`` of a new stack, which listens on its own port and is removed after the session."""
    _clean_up_after_earlier_sessions()
    place = Place(SESSIONS / str(os.getpid()), free_port())
    place.folder.mkdir(parents=True)
    try:
        _deploy(place)
        documents = sample_documents(place)
        for document in documents:
            _module(place, "operations.load", str(document), "--stack", str(place.stack_file))
        stack: dict[str, Any] = json.loads(place.stack_file.read_text())
        yield stack | {"documents": [str(document) for document in documents]}
    finally:
        ministack.stop(place)


def _deploy(place: Place) -> None:
    try:
        ministack.start(place)
        build()
        deploy(place)
    except LocalStackError as error:
        pytest.fail(str(error), pytrace=False)


def load(stack: dict[str, Any], document: dict[str, Any]) -> None:
    """Load an organization document into the deployed stack as an operator would."""
    folder = Path(stack["documents"][0]).parent
    path = folder / f"{document['organization']['entityId']}.json"
    path.write_text(json.dumps(document))
    place = Place(folder, int(stack["endpointUrl"].rpartition(":")[2]))
    _module(place, "operations.load", str(path), "--stack", str(place.stack_file))


def sample_documents(place: Place) -> list[Path]:
    """Write the sample's organization documents, one paid and one free."""
    _module(place, "local.sample", "--out", str(place.folder), "--awards", str(AWARDS))
    return [place.folder / "paid.json", place.folder / "free.json"]


def _module(place: Place, name: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", name, *arguments],
        cwd=REPOSITORY,
        env=client_environment(place),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{name} {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}", pytrace=False)


def _clean_up_after_earlier_sessions() -> None:
    """Remove the remains of earlier sessions: their logs, and the local AWS of a killed session."""
    for folder in SESSIONS.glob("[0-9]*"):
        if not _runs(int(folder.name)):
            ministack.stop(Place(folder, 0))
            shutil.rmtree(folder, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
