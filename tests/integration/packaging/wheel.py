"""Building Pairguard's wheel, and installing it with its locked dependencies."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import venv
from pathlib import Path

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


def install(wheel: Path, environment: Path, downloads: Path) -> None:
    """Make a virtual environment that holds the wheel and what it needs at run time, and nothing else.

    The packages are those of requirements.lock, checked by its hashes. What ``downloads`` lacks is downloaded into it.
    """
    venv.create(environment, with_pip=False)
    wanted = environment / "requirements.txt"
    lock = (CHECKOUT / "requirements.lock").read_text("utf-8")
    wheel_hash = hashlib.sha256(wheel.read_bytes()).hexdigest()
    wanted.write_text("\n".join(runtime_requirements(lock)), "utf-8")
    locked = ["--no-deps", "--require-hashes", "--requirement", str(wanted)]
    try:
        _install(environment, "--find-links", str(downloads), *locked)
    except PipFailed:
        _pip("download", "--dest", str(downloads), *locked)
        _install(environment, "--find-links", str(downloads), *locked)
    wanted.write_text(f"{wheel} --hash=sha256:{wheel_hash}", "utf-8")
    _install(environment, *locked)


def verify(environment: Path) -> None:
    """Check that an environment holds all that its packages declare to need; raises PipFailed."""
    _pip("--python", str(environment / "bin" / "python"), "check")


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


def _install(environment: Path, *arguments: str) -> None:
    _pip("--python", str(environment / "bin" / "python"), "install", "--no-index", "--no-compile", *arguments)


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
