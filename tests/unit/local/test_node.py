"""The Node.js that builds the page: the installed one if it is recent enough, or else the SAM CLI's."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from local.deploy import CONSOLE
from local.node import with_node
from local.places import program

BESIDE_SAM = program("deploy", "node").parent


def machine(folder: Path, **programs: str) -> str:
    """Create programs that print this output, and return a PATH that contains them."""
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\necho {text}\n")
        (folder / name).chmod(0o755)
    return str(folder)


@pytest.mark.parametrize("version", ["v20.0.0", "v20.20.2", "v24.19.0", "v100.1.2"])
def test_installed_node_js_is_used_if_it_is_recent_enough(tmp_path: Path, version: str) -> None:
    path = machine(tmp_path, node=version, npm="11.0.0")
    assert with_node(path) == path


@pytest.mark.parametrize(
    "programs",
    [
        {},
        {"node": "v18.20.8", "npm": "10.8.2"},
        {"node": "v8.9.0", "npm": "5.5.1"},
        {"node": "v22.1.0"},
        {"npm": "11.0.0"},
        {"node": "not-a-version", "npm": "11.0.0"},
    ],
)
def test_node_js_from_the_sam_cli_is_the_fallback(tmp_path: Path, programs: dict[str, str]) -> None:
    path = machine(tmp_path, **programs)
    assert with_node(path) == f"{BESIDE_SAM}:{path}"


def test_node_js_that_does_not_start_is_not_used(tmp_path: Path) -> None:
    path = machine(tmp_path, node="v24.0.0", npm="11.0.0")
    (tmp_path / "node").write_bytes(b"\x7fELF of another machine")
    assert with_node(path) == f"{BESIDE_SAM}:{path}"


def test_node_js_and_npm_installed_with_the_sam_cli_work(tmp_path: Path) -> None:
    path = f"{BESIDE_SAM}:{os.defpath}"
    for name in ("node", "npm"):
        assert shutil.which(name, path=path) == str(BESIDE_SAM / name)
        subprocess.run([name, "--version"], env={"PATH": path, "HOME": str(tmp_path)}, check=True)


@pytest.mark.parametrize(("node", "found"), [(None, "none"), ("v18.20.8", "v18.20.8")])
def test_build_explains_what_to_do_if_node_js_is_missing_or_too_old(
    tmp_path: Path, node: str | None, found: str
) -> None:
    make = shutil.which("make")
    assert make
    done = subprocess.run(
        [make, "--directory", CONSOLE, "build-ConsoleFunction", f"ARTIFACTS_DIR={tmp_path / 'built'}"],
        env={"PATH": machine(tmp_path, **({"node": node} if node else {}))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"Building the page requires Node.js 20 or newer, but the PATH has {found}." in done.stderr
    assert "make setup-stack" in done.stderr
    assert not (tmp_path / "built").exists()
