"""`make test` finds a browser, or prints the command that installs one."""

import os
import platform
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import needs

Program = Callable[..., Path]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without programs, whose `PATH` is the returned folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(needs, "LOG", tmp_path / "needs.log")
    monkeypatch.setattr(needs, "MAC_APPLICATIONS", ())
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"ID": "ubuntu", "ID_LIKE": "debian"})
    return folder


@pytest.fixture
def program(machine: Path) -> Program:
    """Return a function that installs a program on the machine, by name on the `PATH` or by path."""

    def put(name: str | Path, prints: str = "Chromium 150.0", exits: int = 0) -> Path:
        path = machine / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho {prints}\nexit {exits}\n")
        path.chmod(0o755)
        return path

    return put


def test_browser_named_by_the_chromium_variable_is_preferred(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("chromium")
    named = program(tmp_path / "my-chrome")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert needs.chromium() == named


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
def test_browser_on_the_path_is_used(program: Program, name: str) -> None:
    browser = program(name, "Google Chrome 150.0")
    assert needs.chromium() == browser


def test_browser_that_does_not_start_is_skipped(program: Program) -> None:
    program("chromium-browser", "Command requires the chromium snap to be installed.", exits=1)
    chrome = program("google-chrome", "Google Chrome 150.0")
    assert needs.chromium() == chrome


def test_playwrights_browser_is_used_if_no_other_is_found(program: Program) -> None:
    download = next(needs.browsers())
    program(download)
    assert needs.chromium() == download


def test_invalid_chromium_variable_causes_an_error(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    program("chromium")
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    with pytest.raises(needs.MissingProgramError, match="CHROMIUM=/no/such/browser does not start as a browser"):
        needs.set_up_chromium()


@pytest.mark.parametrize(
    ("system", "command"),
    [
        ({"ID": "ubuntu", "ID_LIKE": "debian"}, "sudo apt-get update && sudo apt-get install -y chromium"),
        ({"ID": "fedora"}, "sudo dnf install -y chromium"),
        ({"ID": "arch"}, "sudo pacman -S --noconfirm chromium"),
        ({"ID": "alpine"}, "use your system's package manager to install chromium"),
    ],
)
@pytest.mark.usefixtures("machine")
def test_missing_browser_is_reported_with_the_install_command(
    system: dict[str, str], command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: system)
    with pytest.raises(needs.MissingProgramError, match=command.replace("&", "[&]")):
        needs.chromium()


def test_browser_is_installed_with_apt_if_the_user_is_root(
    program: Program, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    program("archive/chromium")
    apt = program("apt-get")
    apt.write_text(f'#!/bin/sh\n[ "$1" = install ] && /bin/mv {machine}/archive/$3 {machine}/$3\nexit 0\n')
    needs.set_up_chromium()
    assert needs.chromium() == machine / "chromium"


@pytest.mark.usefixtures("machine")
def test_missing_unzip_is_reported_with_the_install_command() -> None:
    with pytest.raises(needs.MissingProgramError, match="sudo apt-get install -y unzip"):
        needs.set_up_unzip()
