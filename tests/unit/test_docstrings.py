"""Examples in docstrings are correct."""

import doctest
from importlib import import_module

import pytest

from local.places import REPOSITORY

MODULES = [
    ".".join(path.relative_to(above).with_suffix("").parts)
    for above, package in ((REPOSITORY / "layers" / "badgedata", "badgedata"), (REPOSITORY, "operations"))
    for path in sorted((above / package).rglob("*.py"))
    if ">>> " in path.read_text()
]


@pytest.mark.parametrize("module", MODULES)
def test_docstring_examples_are_correct(module: str) -> None:
    results = doctest.testmod(import_module(module), optionflags=doctest.ELLIPSIS)
    assert results.attempted
    assert results.failed == 0  # each example's report is printed
