"""The import time of each function in the `sam build` output, as in a Lambda cold start."""

import subprocess

from local.deploy import BUILD, build
from local.places import REPOSITORY
from tests.benchmarks.local_aws import environment

FUNCTIONS = {"api": "ApiFunction", "export_worker": "ExportWorkerFunction"}
TRIES = 7
_IMPORT = """
import importlib, sys, time
began = time.perf_counter()
importlib.import_module(sys.argv[1])
print((time.perf_counter() - began) * 1000)
"""


def import_milliseconds() -> dict[str, float]:
    """Return each function's median import time over several new processes, with a warm page cache."""
    build()
    return {name: _median([_import(name, folder) for _ in range(TRIES)]) for name, folder in FUNCTIONS.items()}


def _import(module: str, folder: str) -> float:
    layers = [BUILD / layer / "python" for layer in ("BadgeDataLayer", "DependenciesLayer")]
    done = subprocess.run(
        [REPOSITORY / ".venv" / "bin" / "python", "-S", "-c", _IMPORT, module],
        # No bytecode is written next to the files, because they are read-only in Lambda.
        env={
            **environment(),
            "PYTHONPATH": ":".join(str(path) for path in (BUILD / folder, *layers)),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def _median(figures: list[float]) -> float:
    return sorted(figures)[len(figures) // 2]
