"""The local AWS on a developer's machine: it unpacks files only in its own folder, and removes them on exit."""

import shutil
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local import ministack
from local.errors import LocalStackError
from local.places import Place
from tests.support.deployed_client import Client


def test_functions_are_unpacked_into_the_stack_folder(stack: dict[str, Any], owner: Client) -> None:
    assert owner.get("/me").status == 200
    unpacked = [path.name for path in (Path(stack["documents"][0]).parent / "functions").iterdir()]
    assert any("ApiFunction" in name for name in unpacked), unpacked


def test_stopping_the_stack_deletes_unpacked_functions_in_the_background(tmp_path: Path) -> None:
    (tmp_path / "functions" / "ministack-lambda-ApiFunction").mkdir(parents=True)
    ministack.stop(Place(tmp_path, 0))
    assert not (tmp_path / "functions").exists()
    wait_until_empty(tmp_path)


def test_stopping_the_stack_again_completes_an_interrupted_deletion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "functions" / "ministack-lambda-ApiFunction").mkdir(parents=True)
    with monkeypatch.context() as interrupted:
        interrupted.setattr(subprocess, "Popen", lambda *_, **__: None)
        ministack.stop(Place(tmp_path, 0))
    assert list(tmp_path.iterdir())
    ministack.stop(Place(tmp_path, 0))
    wait_until_empty(tmp_path)


def test_cleaning_the_stack_deletes_all_data_including_samples_and_downloads(tmp_path: Path) -> None:
    for name in ("state/tables.json", "objects/images/1.png", "sample/paid.json", "downloads/awards.csv", "stack.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    ministack.clean(Place(tmp_path, 0))
    assert list(tmp_path.iterdir()) == []


def wait_until_empty(folder: Path) -> None:
    deadline = time.monotonic() + 10
    while list(folder.iterdir()):
        assert time.monotonic() < deadline, list(folder.iterdir())
        time.sleep(0.05)


def test_low_disk_space_is_reported_before_the_stack_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    with pytest.raises(LocalStackError, match=r"has 1\.0 GB of free disk space; the local AWS needs 4 GB"):
        ministack.start(Place(tmp_path, 1))
