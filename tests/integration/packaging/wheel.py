"""Building Pairguard's wheel, and installing it beside its locked dependencies."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

CHECKOUT = Path(__file__).resolve().parents[3]
_ITSELF = "pairguard (pyproject.toml)"  # in the lock's "via" comments; development tools have ":dev" in it


class PipFailed(Exception):
    """A command of pip failed; the text is what it printed."""


def build_wheel(folder: Path) -> Path:
    """Build the wheel of this checkout into a folder."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=CHECKOUT, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, environment: Path) -> None:
    """Make a virtual environment that holds the wheel and what it needs at run time, and nothing else.

    The packages are those of requirements.lock. They are not downloaded again: set-up has installed them and checked
    their hashes, and the new environment links to its files. pip then installs the wheel and raises PipFailed when the
    wheel, or one of the packages, declares to need what the environment lacks.
    """
    venv.create(environment, with_pip=False)
    (packages,) = environment.glob("lib/python*/site-packages")
    lock = (CHECKOUT / "requirements.lock").read_text("utf-8")
    for entry in runtime_requirements(lock):
        locked = Requirement(entry.split("\\")[0])
        if locked.marker is None or locked.marker.evaluate():
            _link(locked, packages)
    python = environment / "bin" / "python"
    _pip("--python", str(python), "install", "--no-index", "--no-compile", str(wheel))


def _link(locked: Requirement, packages: Path) -> None:
    """Link the files of an installed package, without its commands, into a folder of packages."""
    installed = distribution(locked.name)
    assert installed.version in locked.specifier, f"{installed.name} is {installed.version}, not {locked.specifier}"
    for file in installed.files or ():
        if ".." not in file.parts:
            (packages / file).parent.mkdir(parents=True, exist_ok=True)
            (packages / file).symlink_to(str(installed.locate_file(file)))


def runtime_requirements(lock: str) -> list[str]:
    """Return the entries of a lock that Pairguard needs, directly or through other packages."""
    entries = {entry.split("==")[0]: entry for entry in re.split(r"\n(?=\S)", lock.strip())}
    wanted, needed = {_ITSELF}, set[str]()
    while wanted:
        needed |= wanted
        wanted = {name for name, entry in entries.items() if _needed_by(entry) & wanted} - needed
    return [entry for name, entry in entries.items() if name in needed]


def _needed_by(entry: str) -> set[str]:
    comments = re.findall(r"^ *# *(?:via)? *(.*)$", entry, re.MULTILINE)
    return {name.strip() for name in comments}


def _pip(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments],
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        raise PipFailed(done.stdout)
