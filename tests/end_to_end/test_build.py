"""The `sam build` output for the layers."""

from importlib.metadata import distributions
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from development.notices import LAYER, LICENSE_FILE, layer_packages
from local.deploy import BUILD

HASHED_AND_NEVER_CHECKED = (0b01).to_bytes(4, "little")
"""The flags of bytecode files that Python uses regardless of source file times (PEP 552)."""


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("layer", ["BadgeDataLayer", "DependenciesLayer"])
def test_layers_contain_compiled_bytecode(layer: str) -> None:
    modules = [path for path in (BUILD / layer / "python").rglob("*.py") if path.read_bytes().strip()]
    assert len(modules) > 50
    for module in modules:
        bytecode = Path(cache_from_source(str(module)))
        assert bytecode.read_bytes()[4:8] == HASHED_AND_NEVER_CHECKED, module


@pytest.mark.usefixtures("stack")
def test_layer_includes_the_license_for_every_package() -> None:
    layer = BUILD / "DependenciesLayer"
    own = {path.stem for path in (layer / "licenses").iterdir()}
    with_files = {
        package.name.lower().replace("_", "-")
        for package in distributions(path=[str(layer / "python")])
        if any(LICENSE_FILE.fullmatch(file.name) for file in package.files or ())
    }
    assert own | with_files >= layer_packages(LAYER).keys()
