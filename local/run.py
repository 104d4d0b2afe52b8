"""`make run`: from nothing to an export's file, by the way that a client goes; and `make stop`, `make clean`.

Every step prints one line with its time. A step that fails says what happened and what to do.
"""

import argparse
import os
import subprocess
import sys
from typing import Any

from local import ministack
from local.demo import MainJob, Problem
from local.deploy import build, deploy
from local.errors import LocalStackError
from local.places import LOCAL, REPOSITORY, Place, client_environment, run_place
from local.token import id_token
from operations.steps import step

SAMPLE_AWARDS = 5000
ADMIN, OWNER, ISSUER = "ada@example.org", "grace@example.org", "aurora-science"


def run(place: Place) -> None:
    """Set up what is missing, do the main job, and say how to go on."""
    print("Badge Data Management, locally")
    with step("local AWS (MiniStack, IAM enforced)") as said:
        said.append(f"{'started' if ministack.start(place) else 'already running'} at {place.endpoint_url}")
    with step("sam build") as said:
        said.append("built" if build() else "nothing new")
    with step("sam deploy") as said:
        stack = deploy(place)
        said.append(stack["apiUrl"])
    with step("sample data") as said:
        said.append(_load_sample(place))
    with step("sign in") as said:
        stack = deploy(place)
        job = MainJob(stack["apiUrl"], id_token(stack, OWNER))
        said.append(OWNER)
    with step("request an award export over HTTPS") as said:
        export = job.request(ISSUER, awarded_after="2025-01-01", awarded_before="2025-12-31", time_zone="Europe/Berlin")
        said.append(export["id"])
    with step("follow its progress") as said:
        export = job.follow(export["id"])
        said.append(f"{export['status']}, {export['progress']['rows']} rows")
    with step("download by the presigned link, and check") as said:
        path = job.download(export, LOCAL / "downloads")
        said.append(f"{export['file']['bytes']:,} bytes, {export['file']['rows']:,} rows, SHA-256 matches")
    _say_how_to_go_on(stack, path.read_text(encoding="utf-8-sig"), path)


def _load_sample(place: Place) -> str:
    folder = LOCAL / "sample"
    paths = [folder / "paid.json", folder / "free.json"]
    mark = place.folder / "state" / "sample-loaded"
    if mark.exists() and mark.read_text() == _deployed_tables(place):
        return "already loaded"
    _module(place, "local.sample", "--out", str(folder), "--awards", str(SAMPLE_AWARDS))
    for path in paths:
        _module(place, "operations.load", str(path))
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(_deployed_tables(place))
    return f"two organizations, {SAMPLE_AWARDS:,} awards"


def _deployed_tables(place: Place) -> str:
    return str(deploy(place)["tables"]["awards"])


def _module(place: Place, name: str, *arguments: str) -> None:
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


def _say_how_to_go_on(stack: dict[str, Any], text: str, path: os.PathLike[str]) -> None:
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
    """Run, stop or clean, as the arguments say."""
    arguments = argparse.ArgumentParser(prog="local.run")
    arguments.add_argument("--stop", action="store_true")
    arguments.add_argument("--clean", action="store_true")
    asked = arguments.parse_args()
    place = run_place()
    try:
        if asked.clean:
            ministack.clean(place)
            print("Stopped. Its data is deleted.")
        elif asked.stop:
            print("Stopped." if ministack.stop(place) else "The local AWS was not running.")
        else:
            run(place)
    except (LocalStackError, Problem) as error:
        print(f"\n{error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
