"""The repository's own files are consistent: one version everywhere, a parsable changelog, and valid GitHub files."""

import json
import re
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from development.changelog import CHANGELOG, sections
from development.openapi import RELEASED
from local.places import REPOSITORY

GITHUB = REPOSITORY / ".github"
PROGRAMS = Path(sys.executable).parent


def project() -> dict[str, Any]:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text())


def version() -> str:
    return str(project()["project"]["version"])


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split("."))


def versions_of_the_page() -> dict[str, str]:
    console = REPOSITORY / "functions" / "console"
    lock = json.loads((console / "package-lock.json").read_text())
    return {
        "package.json": json.loads((console / "package.json").read_text())["version"],
        "package-lock.json": lock["version"],
        "package-lock.json, packages": lock["packages"][""]["version"],
    }


def test_project_version_is_the_same_everywhere() -> None:
    from functions.api.api.openapi.document import VERSION

    locked = {package["name"]: package for package in tomllib.loads((REPOSITORY / "uv.lock").read_text())["package"]}
    versions = {
        **versions_of_the_page(),
        "functions/api/api/openapi/document.py": VERSION,
        "uv.lock": locked[project()["project"]["name"]]["version"],
        "CHANGELOG.md": sections(CHANGELOG.read_text())[1].version,
    }
    assert versions == dict.fromkeys(versions, version())


# ---------------------------------------------------------------- changelog


def test_changelog_starts_with_unreleased_followed_by_dated_releases_newest_first() -> None:
    unreleased, *releases = sections(CHANGELOG.read_text())
    assert (unreleased.version, unreleased.date) == ("Unreleased", None)
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", release.date or "") for release in releases)
    assert [numbers(release.version) for release in releases] == sorted(
        (numbers(release.version) for release in releases), reverse=True
    )
    assert all(release.entries for release in releases)


def test_changelog_has_the_standard_headings() -> None:
    headings = re.findall(r"^### (.+)$", CHANGELOG.read_text(), re.MULTILINE)
    assert set(headings) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Upgrade"}


def test_breaking_release_increases_the_minor_or_major_version() -> None:
    releases = sections(CHANGELOG.read_text())[1:]
    for newer, older in pairwise(releases):
        if newer.breaking:
            major, minor, _ = numbers(older.version)
            assert numbers(newer.version) >= ((major, minor + 1, 0) if major == 0 else (major + 1, 0, 0))


def test_released_openapi_document_belongs_to_the_latest_release() -> None:
    """CONTRIBUTING.md, "Release", says when to copy docs/openapi.json over docs/openapi-released.json."""
    assert json.loads(RELEASED.read_text())["info"]["version"] == sections(CHANGELOG.read_text())[1].version


# ---------------------------------------------------------------- GitHub, editors, hooks


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", "workflows/*.yml"),
        ("custom.github-workflows-require-timeout", "workflows/*.yml"),
        ("vendor.dependabot", "dependabot.yml"),
        ("vendor.github-issue-config", "ISSUE_TEMPLATE/config.yml"),
        ("vendor.github-issue-forms", "ISSUE_TEMPLATE/[!c]*.yml"),
    ],
)
def test_github_files_are_valid(schema: str, files: str) -> None:
    paths = sorted(GITHUB.glob(files))
    assert paths
    command: list[str | Path] = [PROGRAMS / "check-jsonschema", "--builtin-schema", schema, *paths]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_every_action_is_pinned_to_a_commit_with_a_version_comment() -> None:
    for workflow in (GITHUB / "workflows").iterdir():
        used = re.findall(r"uses: (.+)", workflow.read_text())
        assert used
        for action in used:
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_ci_and_make_check_use_the_same_script_and_uv_version() -> None:
    workflow = (GITHUB / "workflows" / "ci.yml").read_text()
    makefile = (REPOSITORY / "Makefile").read_text()
    installed = re.search(r"^UV_VERSION := (\S+)$", makefile, re.MULTILINE)
    assert installed
    assert f'version: "{installed[1]}"' in workflow
    assert "run: .ci/run" in workflow
    assert re.search(r"^check:.*\n\t@\.ci/run$", makefile, re.MULTILINE)


def test_pre_commit_hooks_are_valid_and_run_locked_tools() -> None:
    configuration = REPOSITORY / ".pre-commit-config.yaml"
    command: list[str | Path] = [PROGRAMS / "pre-commit", "validate-config", configuration]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    entries = re.findall(r"entry: (\S+)", configuration.read_text())
    assert entries
    assert all(
        entry == "make" or (entry.startswith(".venv/bin/") and (REPOSITORY / entry).exists()) for entry in entries
    )


def test_editorconfig_line_length_matches_ruff() -> None:
    assert (
        f"max_line_length = {project()['tool']['ruff']['line-length']}\n" in (REPOSITORY / ".editorconfig").read_text()
    )


def test_make_help_lists_every_command_in_the_contributing_guide() -> None:
    commands = re.findall(r"(?:^|`)make ([a-z-]+)", (REPOSITORY / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    listed = re.findall(r"^([a-z-]+):.*## ", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
    assert commands
    assert [command for command in commands if command not in listed] == []


def test_every_test_named_in_the_contributing_guide_exists() -> None:
    named = re.findall(r"pytest (tests/\S+)(?: -k (\S+))?", (REPOSITORY / "CONTRIBUTING.md").read_text())
    assert len(named) == 4
    for path, name in named:
        tests = re.findall(r"^def (test_\w+)", (REPOSITORY / path).read_text(), re.MULTILINE)
        assert any(name in test for test in tests), path
