"""The page's folders import each other in one direction, and the page includes all texts and style sheets."""

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from local.places import REPOSITORY

PAGE = REPOSITORY / "functions" / "console" / "page"
TEXTS = PAGE / "strings.js"
STYLE = PAGE / "style.css"


def scripts() -> Iterator[Path]:
    yield from sorted(PAGE.rglob("*.js"))


def imports(path: Path) -> set[Path]:
    """Return the files of the page that a script or a style sheet imports."""
    found = re.findall(r'^(?:import\b[^;]*?|@import )"(\.[^"]+)";', path.read_text("utf-8"), re.M)
    return {(path.parent / name).resolve() for name in found}


def folder_of(path: Path) -> str:
    """Return the page's top-level folder that contains a file, or the name of a file outside any folder."""
    return path.relative_to(PAGE).parts[0]


def test_page_folders_have_no_import_cycles() -> None:
    graph: dict[str, set[str]] = {}
    for script in scripts():
        if script.name != "strings.js":  # all folders import these, and they import only each other
            others = {folder_of(path) for path in imports(script)} - {folder_of(script), "strings.js"}
            graph.setdefault(folder_of(script), set()).update(others)
    assert len(graph) > 5
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


def test_string_modules_import_only_other_string_modules() -> None:
    modules = list(PAGE.rglob("strings.js"))
    assert len(modules) > 1
    for texts in modules:
        assert {path.name for path in imports(texts)} <= {"strings.js", "sentences.js"}, texts


def test_scripts_import_strings_from_one_file() -> None:
    others = [script for script in scripts() if script.name != "strings.js"]
    assert TEXTS in set().union(*map(imports, others))
    for script in others:
        assert {path for path in imports(script) if path.name == "strings.js"} <= {TEXTS}, script


@pytest.mark.parametrize(("start", "pattern"), [(TEXTS, "strings.js"), (STYLE, "*.css")])
def test_page_includes_strings_and_style_sheets_from_all_folders(start: Path, pattern: str) -> None:
    assert imports(start) == set(PAGE.rglob(pattern)) - {start}
