"""The local AWS on a developer's machine: it unpacks files only in its own folder, and removes them on exit."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local import ministack
from local.errors import LocalStackError
from local.places import Place
from tests.support.deployed_client import Client


def test_functions_are_unpacked_only_into_the_stacks_folder(stack: dict[str, Any], owner: Client) -> None:
    assert owner.get("/me").status == 200
    unpacked = [path.name for path in (Path(stack["documents"][0]).parent / "functions").iterdir()]
    assert any("ApiFunction" in name for name in unpacked), unpacked


def test_stopping_the_stack_removes_unpacked_functions(tmp_path: Path) -> None:
    left = tmp_path / "functions" / "ministack-lambda-ApiFunction"
    left.mkdir(parents=True)
    ministack.stop(Place(tmp_path, 0))
    assert not left.parent.exists()


def test_nearly_full_disk_is_reported_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    with pytest.raises(LocalStackError, match=r"has 1\.0 GB of free disk space; the local AWS needs 4 GB"):
        ministack.start(Place(tmp_path, 1))
