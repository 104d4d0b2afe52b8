"""A large export that several workers write concurrently, using only the worker's own role."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from local.places import REPOSITORY
from tests.end_to_end.roles import Role
from tests.support.deployed_client import Client, aws, fetch, no_workers

AWARDS = {"kind": "awards"}


def split(stack: dict[str, Any], role: Role, export_id: str) -> str:
    """Run a worker that splits an export immediately, with the deployed function's settings and role."""
    function = aws(stack, "lambda").get_function_configuration(FunctionName=stack["functions"]["exportWorker"])
    keys = {name.upper(): key for name, key in role.credentials.items()}
    settings = {"AWS_ENDPOINT_URL": stack["endpointUrl"], "AWS_DEFAULT_REGION": stack["region"], **keys}
    done = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.splitting_worker", export_id],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], **function["Environment"]["Variables"], **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_splitting_an_export_does_not_change_its_bytes(
    stack: dict[str, Any], owner: Client, role_of: Callable[[str], Role]
) -> None:
    whole = owner.export("/issuers/aurora-science/exports", AWARDS)
    with no_workers(stack):
        asked = owner.post("/issuers/aurora-science/exports", AWARDS).json
        assert split(stack, role_of("ExportWorkerFunction"), asked["id"]) == "segment-done"
        progress = owner.get(f"/exports/{asked['id']}").json["progress"]
        assert 0 < progress["rows"] < whole["file"]["rows"]
    export = owner.follow(f"/exports/{asked['id']}")
    assert export["status"] == "succeeded", export
    figures = ("rows", "bytes", "sha256")
    assert [export["file"][name] for name in figures] == [whole["file"][name] for name in figures]
    assert fetch(export["downloadUrl"]).body == fetch(whole["downloadUrl"]).body
