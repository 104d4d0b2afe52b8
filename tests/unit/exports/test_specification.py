"""The options of each kind of export."""

import os
import subprocess
import sys
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badgedata.access import Scope
from badgedata.exports.specification import (
    KINDS,
    BadgeClassExport,
    GroupsExport,
    IssuerExport,
    check,
    extension_of,
    from_options,
    options_of,
)
from badgedata.problems import Problem
from badgedata.records.directory import Organization

ISSUER = Scope("issuer", "ISS", "The issuer", Organization("o", "o"), "owner")

_kinds = st.sampled_from([(scope, kind, KINDS[scope][kind]) for scope in KINDS for kind in KINDS[scope]])


@given(_kinds, st.data())
def test_options_are_restored_from_a_stored_export(of: tuple[str, str, Any], data: st.DataObject) -> None:
    scope, kind, asked = of
    fields = [name for name, field in asked.__dataclass_fields__.items() if get_args(field.type)[:1] == (bool,)]
    options = data.draw(st.fixed_dictionaries({}, optional={name: st.booleans() for name in fields}))
    specification = asked(kind=kind, **options)
    assert options_of(from_options(scope, kind, options_of(specification))) == options_of(specification)


def test_options_are_returned_in_camel_case_with_their_defaults() -> None:
    assert options_of(GroupsExport(kind="groups", include_staff=True)) == {
        "includeArchived": False,
        "includeCreation": False,
        "includeExpiration": False,
        "includeStaff": True,
        "byteOrderMark": True,
    }


def test_including_assertions_requires_including_badge_classes() -> None:
    with pytest.raises(Problem) as rejected:
        check(IssuerExport(kind="issuer", include_assertions=True), ISSUER)
    assert [error.field for error in rejected.value.errors] == ["includeAssertions"]
    check(IssuerExport(kind="issuer", include_assertions=True, include_badge_classes=True), ISSUER)
    check(BadgeClassExport(kind="badge-class", include_assertions=True), ISSUER)


def test_file_extension_matches_the_file_format() -> None:
    assert extension_of(IssuerExport(kind="issuer")) == "json"
    assert extension_of(BadgeClassExport(kind="badge-class", compress=True)) == "zip"
    assert extension_of(GroupsExport(kind="groups")) == "csv"


def test_export_worker_does_not_import_pydantic() -> None:
    """Only the API parses requests. Importing its libraries would slow down the worker's cold start."""
    code = "import sys, badgedata.exports.worker; sys.exit('pydantic' in sys.modules)"
    path = {"PYTHONPATH": next(path for path in sys.path if path.endswith("layers/badgedata"))}
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, **path}, check=False)
    assert done.returncode == 0
