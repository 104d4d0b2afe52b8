"""Start and stop the local AWS (MiniStack, no Docker), with IAM enforced and its state kept."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from local.errors import LocalStackError
from local.places import Place, client_environment, program

READY_WITHIN_SECONDS = 60
STOPPED_WITHIN_SECONDS = 20
MIN_FREE_BYTES = 4 * 1000**3
"""What many workers and the other functions unpack at the most, each with its layers, and room for state."""


def start(place: Place) -> bool:
    """Start the local AWS, unless it stands already. True when this call started it.

    Raises
    ------
    LocalStackError
        When the port is another program's, the disk is all but full, or the start failed; with the log's end.
    """
    if running_pid(place) is not None and _is_ready(place):
        return False
    if _is_taken(place.port):
        raise LocalStackError(
            f"Port {place.port} is taken by another program. Stop it, or choose another port: PORT=4600 make run"
        )
    _functions_folder(place).mkdir(parents=True, exist_ok=True)
    if (free := shutil.disk_usage(place.folder).free) < MIN_FREE_BYTES:
        raise LocalStackError(
            f"{place.folder} has {free / 1e9:.1f} GB of disk left; "
            f"the local AWS needs {MIN_FREE_BYTES / 1e9:.0f} GB. Free some space, then run this again."
        )
    log = place.folder / "ministack.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program("stack", "ministack")],
            env=_environment(place),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _pid_file(place).write_text(json.dumps({"pid": process.pid, "port": place.port}))
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not _is_ready(place):
        if process.poll() is not None or time.monotonic() > deadline:
            stop(place)
            raise LocalStackError(f"The local AWS did not start. The end of {log}:\n{_tail(log)}")
        time.sleep(0.2)
    return True


def stop(place: Place) -> bool:
    """End exactly the process that `start` started, and the function processes below it. False when none runs."""
    pid = running_pid(place)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOPPED_WITHIN_SECONDS
        while running_pid(place) is not None and time.monotonic() < deadline:
            time.sleep(0.1)
        if running_pid(place) is not None:
            os.killpg(pid, signal.SIGKILL)
    _pid_file(place).unlink(missing_ok=True)
    shutil.rmtree(_functions_folder(place), ignore_errors=True)
    return pid is not None


def running_pid(place: Place) -> int | None:
    """Give the process id of the local AWS that was started here and still runs, or None."""
    try:
        pid = int(json.loads(_pid_file(place).read_text())["pid"])
        command = subprocess.run(
            ["ps", "-ww", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
    except (OSError, ValueError, KeyError):
        return None
    # The id may be another program's by now; only our own is ever ended.
    return pid if "ministack" in command and not command.startswith("Z") else None


def clean(place: Place) -> None:
    """Forget all state of a stopped stack."""
    stop(place)
    for name in ("state", "objects"):
        shutil.rmtree(place.folder / name, ignore_errors=True)
    for file in (place.stack_file, place.folder / "ministack.log"):
        file.unlink(missing_ok=True)


def _environment(place: Place) -> dict[str, str]:
    environment = client_environment(place)
    # A function's own clients find the local AWS by this; MiniStack itself must not be a client of itself.
    del environment["AWS_ENDPOINT_URL"]
    return {
        **environment,
        "AUTH": "true",
        "GATEWAY_PORT": str(place.port),
        "BIND_HOST": "127.0.0.1",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(place.folder / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(place.folder / "objects"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "INFO",
        # MiniStack unpacks a function and its layers anew for each process, and leaves all of it there when it ends.
        "TMPDIR": str(_functions_folder(place)),
    }


def _functions_folder(place: Place) -> Path:
    return place.folder / "functions"


def _pid_file(place: Place) -> Path:
    return place.folder / "ministack.json"


def _is_ready(place: Place) -> bool:
    try:
        with urllib.request.urlopen(f"{place.endpoint_url}/_ministack/health", timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])
