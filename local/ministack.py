"""Start and stop the local AWS emulator (MiniStack, without Docker), with IAM enforcement and persistent state."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from local.errors import LocalStackError
from local.places import Place, client_environment, program

MAX_START_SECONDS = 60
MAX_STOP_SECONDS = 20
MIN_FREE_BYTES = 4 * 1000**3
"""The free space required for the unpacked code and layers of many function processes, and for state."""
_DELETED = "deleted-functions-"


def start(place: Place) -> bool:
    """Start the local AWS emulator unless it is already running. Return whether this call started it.

    Raises
    ------
    LocalStackError
        If another program uses the port, the disk is nearly full, or the emulator doesn't start. In the last case,
        the error includes the end of the log.
    """
    if running_pid(place) is not None and _is_ready(place):
        return False
    if _is_taken(place.port):
        raise LocalStackError(
            f"Port {place.port} is in use by another program. Stop that program, or choose another port: "
            "PORT=4600 make run"
        )
    _functions_folder(place).mkdir(parents=True, exist_ok=True)
    if (free := shutil.disk_usage(place.folder).free) < MIN_FREE_BYTES:
        raise LocalStackError(
            f"{place.folder} has {free / 1e9:.1f} GB of free disk space; "
            f"the local AWS needs {MIN_FREE_BYTES / 1e9:.0f} GB. Free up disk space, then run the command again."
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
    deadline = time.monotonic() + MAX_START_SECONDS
    while not _is_ready(place):
        if process.poll() is not None or time.monotonic() > deadline:
            stop(place)
            raise LocalStackError(f"The local AWS did not start. The end of {log}:\n{_tail(log)}")
        time.sleep(0.2)
    return True


def stop(place: Place) -> bool:
    """Stop the local AWS emulator and its function processes. Return whether the emulator was running.

    The unpacked functions are deleted in the background.
    """
    pid = running_pid(place)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + MAX_STOP_SECONDS
        while running_pid(place) is not None and time.monotonic() < deadline:
            time.sleep(0.1)
        if running_pid(place) is not None:
            os.killpg(pid, signal.SIGKILL)
    _pid_file(place).unlink(missing_ok=True)
    _delete_functions(place)
    return pid is not None


def _delete_functions(place: Place) -> None:
    """Delete the unpacked functions in another process, because deletion can take minutes.

    Each unpacked function contains 6,000 files. If the process is interrupted, the next call deletes the rest.
    """
    if _functions_folder(place).exists():
        _functions_folder(place).rename(Path(tempfile.mkdtemp(prefix=_DELETED, dir=place.folder)) / "functions")
    if deleted := list(place.folder.glob(f"{_DELETED}*")):
        subprocess.Popen(
            ["rm", "-rf", *deleted],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def running_pid(place: Place) -> int | None:
    """Return the process ID of a local stack's AWS emulator, or None if it isn't running."""
    try:
        pid = int(json.loads(_pid_file(place).read_text())["pid"])
        command = subprocess.run(
            ["ps", "-ww", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
    except (OSError, ValueError, KeyError):
        return None
    # Another program may have this ID by now, and must not be stopped.
    return pid if "ministack" in command and not command.startswith("Z") else None


def clean(place: Place) -> None:
    """Stop the local AWS emulator, and delete its state, the sample data, and downloaded files."""
    stop(place)
    for name in ("state", "objects", "sample", "downloads"):
        shutil.rmtree(place.folder / name, ignore_errors=True)
    for file in (place.stack_file, place.folder / "ministack.log"):
        file.unlink(missing_ok=True)


def _environment(place: Place) -> dict[str, str]:
    environment = client_environment(place)
    # These settings are for clients of the local AWS. MiniStack must not be a client of itself.
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
        # MiniStack unpacks a function and its layers for each process, and doesn't delete them when the process ends.
        "TMPDIR": str(_functions_folder(place)),
    }


def _functions_folder(place: Place) -> Path:
    return place.folder / "functions"


def _pid_file(place: Place) -> Path:
    return place.folder / "ministack.json"


def _is_ready(place: Place) -> bool:
    try:
        with urllib.request.urlopen(f"{place.endpoint_url}/_ministack/health", timeout=2) as response:  # noqa: S310 - a local URL
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])
