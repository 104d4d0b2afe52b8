"""The operator commands can be started as separate processes."""

import subprocess
import sys

import pytest

from local.places import REPOSITORY

MODULES = [
    f"operations.{path.stem}"
    for path in sorted((REPOSITORY / "operations").glob("*.py"))
    if 'if __name__ == "__main__"' in path.read_text()
]


@pytest.mark.parametrize("module", [*MODULES, "operations.smoke"])
def test_command_prints_its_help(module: str) -> None:
    command = [sys.executable, "-m", module, "--help"]
    finished = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.startswith(f"usage: python -m {module} ")
