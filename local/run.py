"""The commands `make run`, `make stop`, and `make clean`.

`make run` deploys a local stack and exports awards as a client would. The command prints one line for each
step, with the step's duration. If a step fails, the command also prints what happened and what to do.
"""

import argparse
import os
import subprocess
import sys
from typing import Any

from local import ministack
from local.demo import ExampleExport, ExampleExportError
from local.deploy import build, deploy
from local.errors import LocalStackError
from local.places import REPOSITORY, Place, client_environment, run_place
from local.token import id_token
from operations.steps import step

SAMPLE_AWARDS = 5000
ADMIN, OWNER, ISSUER = "ada@example.org", "grace@example.org", "aurora-science"


def run(place: Place) -> None:
    """Set up everything that is missing, run an example export, and print the URLs and users."""
    print("Badge Data Management, locally")
    with step("local AWS (MiniStack, IAM enforced)") as details:
        details.append(f"{'started' if ministack.start(place) else 'already running'} at {place.endpoint_url}")
    with step("sam build") as details:
        details.append("built" if build() else "up to date")
    with step("sam deploy") as details:
        stack = deploy(place)
        details.append(stack["apiUrl"])
    with step("sample data") as details:
        details.append(_load_sample(place))
    with step("sign in") as details:
        stack = deploy(place)
        client = ExampleExport(stack["apiUrl"], id_token(stack, OWNER))
        details.append(OWNER)
    with step("request an award export over HTTPS") as details:
        export = client.request(
            ISSUER, awarded_after="2025-01-01", awarded_before="2025-12-31", time_zone="Europe/Berlin"
        )
        details.append(export["id"])
    with step("follow its progress") as details:
        export = client.follow(export["id"])
        details.append(f"{export['status']}, {export['progress']['rows']} rows")
    with step("download with the presigned link and check") as details:
        path = client.download(export, place.folder / "downloads")
        details.append(f"{export['file']['bytes']:,} bytes, {export['file']['rows']:,} rows, SHA-256 matches")
    _print_next_steps(stack, path.read_text(encoding="utf-8-sig"), path)


def _load_sample(place: Place) -> str:
    folder = place.folder / "sample"
    paths = [folder / "paid.json", folder / "free.json"]
    marker = place.folder / "state" / "sample-loaded"
    if marker.exists() and marker.read_text() == _deployed_tables(place):
        return "already loaded"
    _run_module(place, "local.sample", "--out", str(folder), "--awards", str(SAMPLE_AWARDS))
    for path in paths:
        _run_module(place, "operations.load", str(path))
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(_deployed_tables(place))
    return f"two organizations, {SAMPLE_AWARDS:,} awards"


def _deployed_tables(place: Place) -> str:
    return str(deploy(place)["tables"]["awards"])


def _run_module(place: Place, name: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", name, *arguments],
        cwd=REPOSITORY,
        env={**client_environment(place), "PORT": str(place.port)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LocalStackError(f"{name} {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


def _print_next_steps(stack: dict[str, Any], text: str, path: os.PathLike[str]) -> None:
    print("\nThe file's first rows:")
    for line in text.splitlines()[:4]:
        print(f"  {line[:150]}{'…' if len(line) > 150 else ''}")
    print(f"\nThe file        {path}")
    print(f"The page        {stack['consoleUrl']}")
    print(f"The API         {stack['apiUrl']}")
    print(f"API reference   {stack['apiUrl']}/reference")
    print("Users           (all with the password " + stack["password"] + ")")
    for user in stack["users"]:
        print(f"  {user['email']:<26} {user['role']}")
    print("\nNext:  make token USER=ada@example.org   make load FILE=x.json   make source   make stop")


def main() -> None:
    """Run the local stack, stop it, or stop it and delete its data, depending on the arguments."""
    parser = argparse.ArgumentParser(prog="local.run")
    parser.add_argument("--stop", action="store_true")
    parser.add_argument("--clean", action="store_true")
    options = parser.parse_args()
    place = run_place()
    is_stopping = (options.stop or options.clean) and ministack.running_pid(place) is not None
    if is_stopping:
        print("Stopping the local AWS…", flush=True)
    try:
        if options.clean:
            ministack.clean(place)
            print("Stopped. The data was deleted.")
        elif options.stop:
            print("Stopped." if ministack.stop(place) else "The local AWS was not running.")
        else:
            run(place)
        if is_stopping:
            print("The copies of the functions are being deleted in the background, which can take a few minutes.")
    except (LocalStackError, ExampleExportError) as error:
        print(f"\n{error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
