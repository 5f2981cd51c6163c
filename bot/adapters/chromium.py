"""The Chromium that Pairguard drives: found on this machine, or installed.

Chromium comes in two builds: the browser with windows, and a headless shell of the same engine that opens a
session in less than half the time. Headless work uses the shell if there is one, else the browser.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from loguru import logger

from bot.errors import PartMissing

_SHELL_COMMANDS = ("chromium-headless-shell", "chrome-headless-shell")
_WELL_KNOWN_SHELLS = (Path("/usr/bin/chromium-headless-shell"),)
_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_WELL_KNOWN = (
    *(Path("/usr/bin") / command for command in _COMMANDS),
    Path("/snap/bin/chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
_ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
_VERSION_LIMIT_S = 20
_CONNECT_LIMIT_MS = 10_000
_INSTALL_LIMIT_S = 1_200  # a download over a slow line takes long


def find_headless_chromium() -> Path | None:
    """Find the Chromium to run without windows: a headless shell, else what ``find_chromium`` finds.

    Blocks for up to a second when PATH has neither. None means that this machine has no usable browser.
    """
    if shell := next(filter(_starts, (*_on_path(_SHELL_COMMANDS), *_WELL_KNOWN_SHELLS)), None):
        return shell
    if not (browser := find_chromium()):
        return None
    return next(filter(_starts, _downloaded_beside(browser)), browser)


def find_chromium() -> Path | None:
    """Find a Chromium with windows that starts: on PATH, else Playwright's own download, else where packages put it.

    Blocks for up to a second when PATH has none. None means that this machine has no usable browser.
    """
    return next(filter(_starts, _candidates()), None)


def install_chromium() -> Path:
    """Download Playwright's Chromium or, if that fails, install the system's package.

    May take minutes, and logs what it tries. Installing the package needs apt-get, and root or a sudo without
    password. Raises PartMissing, which says how to install a browser, when both fail.
    """
    logger.info("no browser here: trying Playwright's download of Chromium")
    _download()
    if not (found := find_headless_chromium()):
        _install_package()
        found = find_headless_chromium()
    if not found:
        raise PartMissing(
            "Pairguard needs Chromium or Google Chrome, and could neither find nor install one. "
            "On Debian: apt-get install chromium. Elsewhere: .venv/bin/playwright install --with-deps chromium"
        )
    return found


def chromium_version(executable: Path) -> str:
    """Return the browser's name and version, such as "Chromium 156.0.8078.79"; empty if it does not start."""
    try:
        answer = subprocess.run(
            [executable, "--version"], capture_output=True, text=True, timeout=_VERSION_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.split(" built on ")[0].strip() if answer.returncode == 0 else ""


def _candidates() -> Iterator[Path]:
    yield from _on_path(_COMMANDS)
    yield from _playwrights_own()
    yield from _WELL_KNOWN


def _downloaded_beside(browser: Path) -> Iterator[Path]:
    downloads = browser.parents[min(2, len(browser.parents) - 1)]
    return downloads.glob("chromium_headless_shell-*/*/*headless*shell")


def _on_path(commands: Iterable[str]) -> Iterator[Path]:
    return (Path(found) for command in commands if (found := shutil.which(command)))


def _playwrights_own() -> Iterator[Path]:
    # In a process of its own: Playwright's synchronous interface refuses to run inside an event loop.
    answer = subprocess.run([sys.executable, "-c", _ASK_PLAYWRIGHT], capture_output=True, text=True, check=False)
    if answer.returncode == 0:
        yield Path(answer.stdout.strip())


def _starts(executable: Path) -> bool:
    # Ubuntu's chromium-browser may only print advice about snaps, and a download may lack system libraries.
    return executable.is_file() and bool(chromium_version(executable))


def _download() -> None:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    _attempt(command, {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": str(_CONNECT_LIMIT_MS)})


def _install_package() -> None:
    if not (apt := shutil.which("apt-get")):
        logger.info("no apt-get here: Chromium cannot be installed as a package")
        return
    elevated = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt_get = [*elevated, "env", "DEBIAN_FRONTEND=noninteractive", apt, "-qq"]
    logger.info("installing the system's package chromium")
    install = [*apt_get, "install", "--yes", "--no-install-recommends"]
    if _attempt([*apt_get, "update"]) and _attempt([*install, "chromium"]):
        _attempt([*install, "chromium-headless-shell"])  # older systems do not have this package and do not need it


def _attempt(command: list[str], environment: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(
            command,
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_INSTALL_LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.info("that failed: {}", error)
        return False
    if done.returncode != 0:
        logger.info("that failed: {}", _reason(done.stdout))
    return done.returncode == 0


def _reason(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "e:", "sudo:"))]
    return (errors or lines or ["it said nothing"])[0]
