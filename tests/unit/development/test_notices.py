"""THIRD-PARTY-NOTICES.txt lists all packages in the layer and the page, with the license of each."""

import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from development import notices
from development.notices import CONSOLE, LAYER, NOTICES, MissingLicenseError, layer_packages, page_packages


def headings() -> list[tuple[str, str]]:
    lines = NOTICES.read_text().splitlines()
    headed = [lines[at + 1] for at, line in enumerate(lines) if line == notices.RULE and "License: " in lines[at + 2]]
    return [(name, version) for name, version in (heading.rsplit(" ", 1) for heading in headed)]


def test_notices_list_every_package_with_its_locked_version() -> None:
    """Run `make notices` after changing the lock file."""
    shipped = layer_packages(LAYER) | page_packages(CONSOLE)
    assert headings() == sorted(shipped.items(), key=lambda package: package[0].lower())


def test_notices_list_packages_from_both_the_layer_and_the_page() -> None:
    assert {"boto3", "pillow", "pydantic-core"} <= layer_packages(LAYER).keys()
    assert {"preact", "htm", "marked"} == page_packages(CONSOLE).keys()


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="the layer has the wheels of Linux on x86_64"
)
def test_notices_match_the_installed_packages() -> None:
    """Run `make notices` after changing the lock file."""
    assert (CONSOLE / "node_modules").exists(), "run `make setup-page` first"
    assert NOTICES.read_text() == notices.notices(LAYER, CONSOLE)


def test_notices_contain_the_license_name_and_text_for_every_package() -> None:
    for part in NOTICES.read_text().split(f"\n{notices.RULE}\n{notices.RULE}"):
        assert "License: \n" not in part
    sections = NOTICES.read_text().split(notices.RULE)[1:]
    for heading, text in zip(sections[::2], sections[1::2], strict=True):
        name, license_line, part_line = heading.strip().splitlines()
        assert license_line.removeprefix("License: "), name
        assert part_line.startswith("Part of the "), name
        assert text.lstrip().startswith("--- "), name
        assert len(text) > 300, name


# ---------------------------------------------------------------- missing licenses

Package = Callable[..., None]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """Return a function that installs a package with the given metadata files, in an otherwise empty layer."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "licenses").mkdir()
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": {"": {}}}))
    (tmp_path / "requirements.txt").write_text("weather==1.2 ; sys_platform != 'win32' \\\n    --hash=sha256:00\n")

    def make(version: str = "1.2", metadata: str = "License-Expression: MIT", **files: str) -> None:
        folder = tmp_path / f"weather-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: weather\nVersion: {version}\n{metadata}\n")
        for name, text in files.items():
            (folder / name).write_text(text)
        (folder / "RECORD").write_text("".join(f"{folder.name}/{name},,\n" for name in files))

    return make


def test_every_license_file_in_a_package_is_included(package: Package, tmp_path: Path) -> None:
    package(LICENSE="Do what you like.", NOTICE="Made by the weather office.", WHEEL="1.0")
    text = notices.notices(tmp_path, tmp_path)
    assert "weather 1.2\nLicense: MIT\nPart of the dependencies layer" in text
    assert "--- LICENSE ---\n\nDo what you like.\n" in text
    assert "--- NOTICE ---\n\nMade by the weather office.\n" in text
    assert "WHEEL" not in text


def test_license_is_read_from_classifiers_if_there_is_no_license_expression(package: Package, tmp_path: Path) -> None:
    package(metadata="Classifier: License :: OSI Approved :: MIT License", LICENSE="Do what you like.")
    assert "License: MIT License\n" in notices.notices(tmp_path, tmp_path)


def test_license_missing_from_a_wheel_must_be_added_to_the_layer(package: Package, tmp_path: Path) -> None:
    package()
    with pytest.raises(MissingLicenseError, match=r"The wheel for weather has no license file.*licenses/weather\.txt"):
        notices.notices(tmp_path, tmp_path)
    (tmp_path / "licenses" / "weather.txt").write_text("Do what you like.")
    assert "--- LICENSE ---\n\nDo what you like.\n" in notices.notices(tmp_path, tmp_path)


def test_unused_license_file_in_the_layer_causes_an_error(package: Package, tmp_path: Path) -> None:
    package(LICENSE="Do what you like.")
    (tmp_path / "licenses" / "weather.txt").write_text("Do what you like.")
    with pytest.raises(MissingLicenseError, match=r"Delete weather\.txt"):
        notices.notices(tmp_path, tmp_path)


def test_package_installed_at_the_wrong_version_causes_an_error(package: Package, tmp_path: Path) -> None:
    package(version="1.3", LICENSE="Do what you like.")
    with pytest.raises(MissingLicenseError, match=r"weather 1\.3 is installed, but 1\.2 is locked"):
        notices.notices(tmp_path, tmp_path)
