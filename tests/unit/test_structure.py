"""The structure of the repository: imports, names, sample events, and locked dependencies."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from development.sam_template import template
from local.places import REPOSITORY

DOMAIN = REPOSITORY / "layers" / "badgedata" / "badgedata"
FUNCTIONS = REPOSITORY / "functions"
OPERATIONS = REPOSITORY / "operations"
LOCAL = REPOSITORY / "local"
PROGRAMS = [OPERATIONS, LOCAL, REPOSITORY / "development"]
REQUIREMENTS = REPOSITORY / "layers" / "dependencies" / "requirements.txt"
HANDLERS = sorted(
    folder.name
    for folder in FUNCTIONS.iterdir()
    if (folder / f"{folder.name}.py").exists() or (folder / folder.name / "__init__.py").exists()
)
"""The functions: each has a folder with a module or package of the same name that contains the handler."""

AWS = {"boto3", "botocore", "pynamodb", "aws_lambda_powertools", "s3transfer"}
ENGINES = {"exports", "replacement", "resync", "schedules"}
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "tools", "base"}


MIN_MODULE_LINES = 25
SHORT_MODULES = {
    "functions/award_counts/award_counts.py": "a handler",
    "functions/event_publisher/event_publisher.py": "a handler",
    "functions/image_resync_sweeper/image_resync_sweeper.py": "a handler",
    "functions/schedule_sweeper/schedule_sweeper.py": "a handler",
    "local/errors.py": "all other modules of the local stack import it",
    "operations/deletion/step.py": "all kinds of deletion steps import it",
    "operations/smoke/error.py": "all parts of the smoke test import it",
}
"""Modules with fewer lines, and the reason for each."""


def modules(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        found = [path for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts]
        assert found, f"{folder} has no modules, so a check of them would always pass"
        yield from found


def imports(path: Path) -> set[str]:
    """Return the full names of a module's imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = path.relative_to(REPOSITORY).parts[: -node.level] if node.level else ()
            module = ".".join((*above, *filter(None, (node.module,))))
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def libraries(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(path)}


def parts_of_the_domain(path: Path) -> set[str]:
    """Return the packages and modules directly below `badgedata` that a module imports."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("badgedata.")}


# ---------------------------------------------------------------- imports


def domain_imports() -> dict[str, set[str]]:
    """Return the domain modules that each domain module imports, at the top or inside a function."""
    paths = {".".join(path.relative_to(DOMAIN.parent).with_suffix("").parts): path for path in modules(DOMAIN)}
    return {name: imports(path) & paths.keys() for name, path in paths.items()}


def package_of(module: str) -> str:
    """Return the package of a domain module; a module directly below `badgedata` is its own package."""
    return ".".join(module.split(".")[:2])


def require_no_cycle(graph: dict[str, set[str]]) -> None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


def test_domain_modules_have_no_import_cycles() -> None:
    require_no_cycle(domain_imports())


def test_domain_packages_have_no_import_cycles() -> None:
    packages: dict[str, set[str]] = {}
    for module, imported in domain_imports().items():
        others = {package_of(name) for name in imported} - {package_of(module)}
        packages.setdefault(package_of(module), set()).update(others)
    require_no_cycle(packages)


def test_every_domain_module_is_imported() -> None:
    imported = set().union(*map(imports, modules(DOMAIN, FUNCTIONS, *PROGRAMS)))
    unused = [name for name in domain_imports() if name not in imported and not name.endswith(".__init__")]
    assert unused == []


def test_open_badges_package_imports_neither_aws_libraries_nor_other_packages() -> None:
    for path in modules(DOMAIN / "openbadges"):
        assert not libraries(path) & AWS, path
        assert parts_of_the_domain(path) <= {"openbadges", "text", "json_faults"}, path


def test_encoders_and_documents_do_not_import_aws_libraries() -> None:
    for path in (DOMAIN / "exports" / "csv_encoding.py", DOMAIN / "documents.py", DOMAIN / "clock.py"):
        assert not libraries(path) & AWS, path
        assert not parts_of_the_domain(path) & {"aws", "config", "records"}, path


def test_records_do_not_import_the_modules_that_use_them() -> None:
    for path in modules(DOMAIN / "records"):
        assert not parts_of_the_domain(path) & (ENGINES | {"access", "openbadges", "documents"}), path


def test_exports_package_does_not_import_other_engines() -> None:
    for path in modules(DOMAIN / "exports"):
        assert parts_of_the_domain(path) & ENGINES <= {"exports"}, path


def test_delivery_package_does_not_import_engines() -> None:
    for path in modules(DOMAIN / "delivery"):
        assert not parts_of_the_domain(path) & ENGINES, path


def test_domain_does_not_import_lambda_functions_or_a_web_framework() -> None:
    of_functions = {"functions", *HANDLERS}
    for path in modules(DOMAIN):
        assert not libraries(path) & of_functions, path
        assert "aws_lambda_powertools.event_handler" not in imports(path), path


def test_functions_do_not_import_each_other() -> None:
    for name in HANDLERS:
        for path in modules(FUNCTIONS / name):
            assert not libraries(path) & set(HANDLERS), path
            within = {imported for imported in imports(path) if imported.startswith("functions")}
            assert all(imported.startswith(f"functions.{name}.{name}") for imported in within), path


@pytest.mark.parametrize(
    ("folder", "above"),
    [
        (DOMAIN, {"functions", "operations", "local", "development", "tests"}),
        (FUNCTIONS, {"operations", "local", "development", "tests"}),
        (OPERATIONS, {"functions", "local", "development", "tests"}),
        (LOCAL, {"functions", "development", "tests"}),
        (REPOSITORY / "development", {"tests"}),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_each_package_imports_only_packages_from_lower_layers(folder: Path, above: set[str]) -> None:
    for path in modules(folder):
        assert not libraries(path) & above, path


@pytest.mark.parametrize(
    "package",
    [DOMAIN, OPERATIONS, LOCAL, *(FUNCTIONS / name for name in HANDLERS), REPOSITORY / "development"],
    ids=lambda path: path.name,
)
def test_modules_have_no_import_cycles(package: Path) -> None:
    above = REPOSITORY / "layers" / "badgedata" if package == DOMAIN else REPOSITORY
    names = {
        ".".join(path.relative_to(above).with_suffix("").parts).removesuffix(".__init__"): path
        for path in modules(package)
    }
    imported = {
        # The imports in a package's own file belong to the package, and form no cycle with the modules in it.
        name: {other for other in imports(path) & names.keys() if not name.startswith(f"{other}.") and other != name}
        for name, path in names.items()
    }
    assert _circle(imported) == []


@pytest.mark.parametrize("package", [OPERATIONS, LOCAL, FUNCTIONS / "api" / "api"], ids=lambda path: path.name)
def test_packages_have_no_import_cycles(package: Path) -> None:
    """Check the modules and folders directly below a package. A folder counts as one module."""
    prefix = ".".join(package.relative_to(REPOSITORY).parts) + "."
    imported: dict[str, set[str]] = {}
    for path in modules(package):
        part = path.relative_to(package).with_suffix("").parts[0]
        others = {name.removeprefix(prefix).partition(".")[0] for name in imports(path) if name.startswith(prefix)}
        imported.setdefault(part, set()).update(others - {part})
    assert _circle(imported) == []


def _circle(imported: dict[str, set[str]]) -> list[str]:
    """Return a cycle of modules that import each other, or an empty list if there is none."""
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_product_code_never_scans_a_table() -> None:
    for path in modules(DOMAIN, FUNCTIONS):
        calls = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert "scan" not in calls, path


def test_export_links_are_created_only_where_they_are_recorded() -> None:
    signing = re.compile(r"\b(presigned|generate_presigned_\w+)\(")
    found = {path.relative_to(DOMAIN).as_posix() for path in modules(DOMAIN) if signing.search(path.read_text())}
    assert found == {"aws.py", "exports/links.py", "stored_images.py"}
    assert not [path for path in modules(FUNCTIONS) if signing.search(path.read_text())]


def test_only_one_module_lowers_product_limits_for_tests() -> None:
    changed = re.compile(r"""setattr\((?:\w+, "|"[\w.]+\.)_?[A-Z][A-Z_\d]*",|^ +\w+\.[A-Z][A-Z_\d]* = """, re.MULTILINE)
    elsewhere = {path.name: changed.findall(path.read_text()) for path in modules(REPOSITORY / "tests")}
    del elsewhere["test_needs.py"]  # simulates another machine, for code that only tests use
    assert {name: found for name, found in elsewhere.items() if found} == {}, "use tests/support/small_limits.py"


# ---------------------------------------------------------------- names and docstrings


def test_no_module_has_a_vague_name() -> None:
    for path in modules(DOMAIN, FUNCTIONS, *PROGRAMS, REPOSITORY / "tests"):
        assert not NO_NAMES & {path.stem, path.parent.name}, path


def test_every_short_module_is_a_listed_exception() -> None:
    """A short module that could be part of another one is one more file to find."""
    short = {
        path.relative_to(REPOSITORY).as_posix()
        for path in modules(DOMAIN, FUNCTIONS, *PROGRAMS)
        if path.name != "__init__.py" and len(path.read_text().splitlines()) < MIN_MODULE_LINES
    }
    assert short == SHORT_MODULES.keys()


def test_every_module_has_a_docstring_with_a_complete_first_line() -> None:
    for path in modules(DOMAIN, FUNCTIONS, *PROGRAMS, REPOSITORY / "tests"):
        docstring = ast.get_docstring(ast.parse(path.read_text()))
        assert docstring, path
        assert docstring.splitlines()[0].endswith((".", ":", "`")), path


# ---------------------------------------------------------------- functions and their events


def test_every_function_in_the_template_has_a_folder_with_its_handler() -> None:
    resources = template()["Resources"].values()
    functions = [r["Properties"] for r in resources if r["Type"] == "AWS::Serverless::Function"]
    assert sorted(f["CodeUri"] for f in functions) == [f"functions/{name}" for name in HANDLERS]
    for function in functions:
        assert function["Handler"] == f"{function['CodeUri'].removeprefix('functions/')}.handler"


@pytest.mark.parametrize("function", HANDLERS)
def test_every_function_has_a_sample_event_that_a_test_uses(function: str) -> None:
    assert (REPOSITORY / "events" / f"{function}.json").exists()
    used = re.compile(rf'sample_event\("{function}"\)|"{function}\.json"')
    tests = [path for path in modules(REPOSITORY / "tests") if path != Path(__file__)]
    assert any(used.search(path.read_text()) for path in tests)


# ---------------------------------------------------------------- dependencies


def requirements() -> dict[str, str]:
    """Return the versions that the dependencies layer installs, by name."""
    lines = [line for line in REQUIREMENTS.read_text().splitlines() if not line.startswith(" ")]
    return dict(re.split(" ;| \\\\", line)[0].split("==") for line in lines)


def test_layer_installs_only_locked_versions() -> None:
    lock = tomllib.loads((REPOSITORY / "uv.lock").read_text())
    locked = {(package["name"], package.get("version")) for package in lock["package"]}
    assert set(requirements().items()) <= locked


def test_layer_installs_all_runtime_packages() -> None:
    runtime = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["dependency-groups"]["runtime"]
    assert {re.split("[>=<\\[]", requirement)[0] for requirement in runtime} <= requirements().keys()


def test_layer_requirements_match_the_lock_file() -> None:
    uv = shutil.which("uv") or shutil.which("uv", path=str(REPOSITORY / ".local" / "tools" / "bin"))
    if uv is None:
        pytest.skip("uv is not installed")
    command = [uv, "export", "--frozen", "--offline", "--only-group", "runtime", "--no-annotate", "--no-header"]
    exported = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert REQUIREMENTS.read_text() == exported.stdout


def test_layer_rejects_a_package_with_a_different_hash(tmp_path: Path) -> None:
    shutil.copy(REQUIREMENTS.with_name("Makefile"), tmp_path)
    requirement = next(re.finditer(r"^six==.*\n(?: .*\n)*", REQUIREMENTS.read_text(), re.MULTILINE)).group()
    (tmp_path / "requirements.txt").write_text(re.sub("sha256:[0-9a-f]{64}", f"sha256:{'0' * 64}", requirement))
    command = ["make", "build-DependenciesLayer", f"ARTIFACTS_DIR={tmp_path}", "WHEELS_FOR=host"]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    built = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert built.returncode != 0
    assert "DO NOT MATCH THE HASHES" in built.stderr


def test_page_imports_only_its_own_modules_and_locked_packages() -> None:
    console = FUNCTIONS / "console"
    named = json.loads((console / "package.json").read_text())["dependencies"]
    locked = json.loads((console / "package-lock.json").read_text())["packages"]
    imported = {
        (script.parent, name)
        for script in (console / "page").rglob("*.js")
        for name in re.findall(r'\b(?:from |import\()"([^"]+)"', script.read_text())
    }
    own = {(folder / name).resolve() for folder, name in imported if name.startswith(".")}
    packages = {name.partition("/")[0] for _, name in imported if not name.startswith(".")}
    assert own <= set((console / "page").rglob("*"))
    assert packages == named.keys()
    assert {name: locked[f"node_modules/{name}"]["version"] for name in packages} == named


# ---------------------------------------------------------------- messages

OWN_ERRORS = {
    "_HarmfulError",
    "ExpressionError",
    "FileTooLargeError",
    "ImageMissingError",
    "InvalidIPAddress",  # from requests-hardened; it contains only the address
    "KeyNotUsableError",
    "Problem",
    "ScopeGoneError",
    "SourceRejectedError",
    "UnbakableImageError",
    "UnreadableDataError",
}
RAISED_BY_US = {
    "operations/loading/faults.py",
    "badgedata/exports/window.py",
    "badgedata/exports/award_queries.py",
    "badgedata/tokens/request.py",
}
"""Modules that quote a ValueError that the domain itself raises."""


def test_messages_never_contain_text_from_library_errors() -> None:
    """A message that quotes a library error would show users the library's wording."""
    quoted = []
    for path in modules(DOMAIN, FUNCTIONS, OPERATIONS / "loading"):
        handlers = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ExceptHandler))
        for handler in handlers:
            caught = (
                {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else set()
            )
            if caught <= OWN_ERRORS or handler.name is None:
                continue
            quoted += [
                f"{path.relative_to(REPOSITORY)}:{node.lineno}"
                for node in ast.walk(handler)
                if isinstance(node, ast.FormattedValue) and _quotes(node.value, handler.name)
            ]
    assert [place for place in quoted if not any(module in place for module in RAISED_BY_US)] == []


def _quotes(value: ast.expr, name: str) -> bool:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in ("str", "repr", "quoted"):
        return any(_quotes(argument, name) for argument in value.args)
    return isinstance(value, ast.Name) and value.id == name
