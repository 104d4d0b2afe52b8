"""The documentation: links work, and the described exports, alarms, and settings exist."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from badgedata.exports.specification import FOLLOW_UPS, KINDS, TableExport, camel_case
from development.sam_template import template
from local.places import REPOSITORY

DOMAIN = REPOSITORY / "layers" / "badgedata" / "badgedata"
DOCUMENTS = [*sorted(REPOSITORY.glob("*.md")), *sorted((REPOSITORY / "docs").glob("*.md"))]


def anchors(document: Path) -> set[str]:
    """Return the anchors that Git hosts generate for a document's headings."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_in_the_docs_works(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            linked = (document.parent / path).resolve() if path else document
            assert linked.exists(), f"{document.name}: {target}"
            assert not anchor or anchor in anchors(linked), f"{document.name}: {target}"


TEMPLATE = template()
ALARMS = {
    name: resource["Properties"]
    for name, resource in TEMPLATE["Resources"].items()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}


def rows(document: str) -> list[list[str]]:
    """Return the cells of all table rows in a document."""
    lines = (REPOSITORY / "docs" / document).read_text().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def named(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_every_alarm_is_in_the_runbook_section_that_it_names() -> None:
    sections = {name: row[-1] for row in rows("operations.md") for name in named(row[0]) if name.endswith("Alarm")}
    assert sections.keys() == ALARMS.keys()
    for name, section in sections.items():
        said = re.match(r"\[(.+)\]\(#", section)
        assert said is not None, name
        assert f'"{said[1]}")' in ALARMS[name]["AlarmDescription"], name


def test_every_log_message_quoted_in_the_runbook_exists() -> None:
    runbook = (REPOSITORY / "docs" / "operations.md").read_text()
    code = "".join(path.read_text() for part in ("functions", "layers") for path in (REPOSITORY / part).rglob("*.py"))
    conditions = re.findall(r"message (?:=|in) (\[[^\]]+\]|\"[^\"]+\")", runbook)
    messages = [message for condition in conditions for message in re.findall(r'"([^"]+)"', condition)]
    assert len(messages) >= 3
    assert [message for message in messages if f'("{message}"' not in code] == []


def test_every_function_setting_is_documented_exactly_once() -> None:
    explained = [name for row in rows("deploying.md") for name in named(row[0]) if name.isupper()]
    functions = [TEMPLATE["Globals"]["Function"]]
    functions += [r["Properties"] for r in TEMPLATE["Resources"].values() if r["Type"] == "AWS::Serverless::Function"]
    reported = {name for function in functions for name in function.get("Environment", {}).get("Variables", {})}
    assert sorted(explained) == sorted(reported)


def test_cost_estimate_includes_every_alarm_in_the_template() -> None:
    assert f"{len(ALARMS)} alarms × $0.10" in (REPOSITORY / "docs" / "costs.md").read_text()


def test_documented_deployments_use_a_config_file_ignored_by_git() -> None:
    commands = [line for document in DOCUMENTS for line in document.read_text().splitlines() if "sam deploy --" in line]
    named = [line for line in commands if "--config-env" in line]
    assert len(named) >= 3
    assert [line for line in named if "--config-file samconfig.own.toml" not in line] == []
    assert "samconfig.own.toml" in (REPOSITORY / ".gitignore").read_text().splitlines()


def test_every_image_in_the_docs_is_used_described_and_small() -> None:
    pictures = set((REPOSITORY / "docs" / "pictures").iterdir())
    shown = set()
    for document in DOCUMENTS:
        for description, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", document.read_text()):
            assert len(description) > 20, f"{document.name}: {target}"
            shown.add((document.parent / target).resolve())
    assert shown == pictures
    assert all(picture.stat().st_size < 150_000 for picture in pictures)


def test_files_and_functions_named_in_the_readme_exist() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    table = readme.partition("| Feature | File |")[2].partition("\n\n")[0]
    cells = [row.split(" | ")[-1] for row in table.splitlines()[2:]]
    assert len(cells) > 10
    for cell in cells:
        paths = re.findall(r"`([\w/]+\.py)`", cell)
        files = [next(p for p in (DOMAIN / path, REPOSITORY / path) if p.exists()) for path in paths]
        assert files
        for name in re.findall(r"`(\w+)`", cell):
            assert re.search(rf"^\s*(def |class )?{name}\b", "".join(f.read_text() for f in files), re.MULTILINE), name


def test_api_guide_lists_every_kind_of_export_with_its_scopes_and_options() -> None:
    guide = (REPOSITORY / "docs" / "api-guide.md").read_text()
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \| \[\w+\]\([^)]+\) \| ([^|]+) \|$", guide, re.MULTILINE)
    listed = {
        (scope.removeprefix("an ").removeprefix("a ").replace(" ", "-"), kind): set(re.findall(r"`(\w+)`", options))
        for kind, scopes, options in rows
        for scope in scopes.split(", ")
    }
    of_tables = set(
        re.findall(r"^\| `(\w+)` \| ", guide.partition("| Option | Value |")[2].partition("### ")[0], re.MULTILINE)
    )
    assert {
        key: options | of_tables if KINDS[key[0]][key[1]] in get_args(TableExport) else options
        for key, options in listed.items()
    } == {
        (scope, kind): {camel_case(field.name) for field in fields(export)} - {"kind", *FOLLOW_UPS}
        for scope, kinds in KINDS.items()
        for kind, export in kinds.items()
    }


def test_readme_states_the_number_of_fault_cases() -> None:
    collect = [sys.executable, "-m", "pytest", "tests/faults", "--collect-only", "-q", "-p", "no:cacheprovider"]
    collected = subprocess.run(collect, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    cases = [
        line for line in collected.splitlines() if line.endswith("]")
    ]  # other tests only count cases or don't inject faults
    assert f"`make faults` runs {len(cases)} cases" in (REPOSITORY / "README.md").read_text()
