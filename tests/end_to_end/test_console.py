"""The page, served by the deployed API."""

import re
from pathlib import Path
from typing import Any

import pytest

from local.deploy import BUILD, build_console
from tests.support.deployed_client import Client


def test_page_and_all_its_files_are_public(stack: dict[str, Any]) -> None:
    anyone = Client(stack["apiUrl"])
    page = anyone.get("/console")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    named = re.findall(rb'(?:href|src)="(console/assets/[^"]+)"', page.body)
    assert len(named) == 4  # the licenses, style sheet, script, and code shared with later scripts
    for path in named:
        file = anyone.get(f"/{path.decode()}")
        assert file.status == 200, path
        assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert (BUILD / "ConsoleFunction" / "dist" / path.decode().removeprefix("console/")).read_bytes() == file.body


def test_file_from_an_earlier_deployment_returns_not_found(stack: dict[str, Any]) -> None:
    answer = Client(stack["apiUrl"]).get("/console/assets/main-0123ABCD.js")
    assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")
    assert answer.body == b"File not found. Reload the page."


@pytest.mark.usefixtures("stack")
def test_page_is_built_from_the_current_sources(tmp_path: Path) -> None:
    build_console(tmp_path)
    now, deployed = (
        {path.name: path.read_bytes() for path in (folder / "dist" / "assets").iterdir()}
        for folder in (tmp_path, BUILD / "ConsoleFunction")
    )
    assert deployed == now
