"""Set up programs that the tests need and that no Python package provides: a browser for the page, and unzip.

``python -m tests.support.needs unzip chromium`` runs before the first test. It uses installed programs, and installs
missing ones if it can. Otherwise, it prints the command to run and exits.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from local.places import REPOSITORY

LOG = REPOSITORY / ".local" / "needs.log"

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPLICATIONS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
)
START_SECONDS = 30
"""How long a browser may take to print its version; the first start from a cold disk takes a few seconds."""

CONNECT_SECONDS = 5
INSTALL_SECONDS = 900
INSTALL_COMMANDS = {
    "debian": "sudo apt-get update && sudo apt-get install -y {package}",
    "fedora": "sudo dnf install -y {package}",
    "arch": "sudo pacman -S --noconfirm {package}",
    "suse": "sudo zypper install -y {package}",
    "darwin": "brew install {package}",
}


class MissingProgramError(Exception):
    """A program that the tests need is missing. The message names it and the command that installs it."""


def chromium() -> Path:
    """Return the path of a Chromium or Chrome that starts.

    The first of these that starts is used: the one that ``CHROMIUM`` names, those on the ``PATH``, macOS applications,
    and Playwright's own download.

    Raises
    ------
    MissingProgramError
        If there is no browser, or ``CHROMIUM`` names a program that isn't a browser.
    """
    if given := os.environ.get("CHROMIUM"):
        if _starts(Path(given)):
            return Path(given)
        raise MissingProgramError(
            f"CHROMIUM={given} does not start as a browser. Set it to the path of Chromium or Chrome, or omit it."
        )
    for path in browsers():
        if _starts(path):
            return path
    raise MissingProgramError(
        "The web page tests need Chromium or Google Chrome, but neither could be started on this machine.\n"
        f"Install one:  {_install_command('chromium')}\n"
        "Or specify one: CHROMIUM=/path/to/chrome make test"
    )


def set_up_chromium() -> None:
    """Install Chromium unless a browser exists, through Playwright's download or else through apt-get as root.

    Raises
    ------
    MissingProgramError
        If there is still no browser, or ``CHROMIUM`` names a program that isn't a browser.
    """
    if not _has_chromium():
        print("Installing Chromium for the web page tests…", flush=True)
        _log_run(sys.executable, "-m", "playwright", "install", "--no-shell", "chromium")
        if not _has_chromium():
            _apt_install("chromium")
    chromium()


def set_up_unzip() -> None:
    """Install unzip unless it exists.

    Raises
    ------
    MissingProgramError
        If unzip can't be installed.
    """
    if shutil.which("unzip") is None:
        print("Installing unzip for the ZIP export tests…", flush=True)
        _apt_install("unzip")
    if shutil.which("unzip") is None:
        raise MissingProgramError(
            f"The ZIP export tests need unzip, which is not installed.\nInstall it:   {_install_command('unzip')}"
        )


def _has_chromium() -> bool:
    try:
        chromium()
    except MissingProgramError:
        if os.environ.get("CHROMIUM"):
            raise
        return False
    return True


def browsers() -> Iterator[Path]:
    """Yield the possible paths of a browser, in order of preference."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            yield Path(found)
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            yield from (folder / name for name in MAC_APPLICATIONS)
    # Playwright comes last and is imported only when needed, because the import takes half a second.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    yield path


def _starts(path: Path) -> bool:
    """Return whether a browser starts. Some don't, such as Ubuntu's snap stub or a download without its libraries."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=START_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and "Chrom" in done.stdout


def _apt_install(package: str) -> None:
    """Install a Debian or Ubuntu package if this process is allowed to."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return
    _log_run("apt-get", "update")
    _log_run("apt-get", "install", "-y", package)


def _log_run(*command: str) -> None:
    """Run a command that may fail, such as a download without network access, and log its output."""
    LOG.parent.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "DEBIAN_FRONTEND": "noninteractive",
        "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": str(CONNECT_SECONDS * 1000),
    }
    with LOG.open("a", encoding="utf-8") as log, suppress(subprocess.TimeoutExpired):
        print("$", *command, file=log, flush=True)
        subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            timeout=INSTALL_SECONDS,
            check=False,
        )


def _install_command(package: str) -> str:
    for system in _systems():
        if system == "darwin" and package == "chromium":
            return "brew install --cask google-chrome"
        if system in INSTALL_COMMANDS:
            return INSTALL_COMMANDS[system].format(package=package)
    return f"use your system's package manager to install {package}"


def _systems() -> list[str]:
    """Return the names of this system, most specific first: `["ubuntu", "debian"]`, or `["darwin"]` for macOS."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return [sys.platform]
    return [release.get("ID", ""), *release.get("ID_LIKE", "").split()]


SET_UP = {"unzip": set_up_unzip, "chromium": set_up_chromium}


def main() -> None:
    """Set up the programs named as arguments, or print the install command if that fails."""
    arguments = argparse.ArgumentParser(prog="tests.support.needs")
    arguments.add_argument("programs", nargs="+", choices=SET_UP)
    try:
        for name in arguments.parse_args().programs:
            SET_UP[name]()
    except MissingProgramError as error:
        print(f"\n{error}", file=sys.stderr)
        if LOG.exists():
            print(f"Log:          {LOG}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
