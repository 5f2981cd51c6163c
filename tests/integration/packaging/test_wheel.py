"""What a user gets who installs the wheel: all files, typed packages, and a program that runs without the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.integration.packaging.wheel import CHECKOUT, build_wheel, install, runtime_requirements, verify

pytestmark = pytest.mark.timeout(480)  # the demo gives up by itself after 240 s, so that nothing of it is left running

FOLDERS = ("bot", "providers", "selectors", "fixtures")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_every_file_of_the_program_and_no_other(wheel: Path) -> None:
    files = {file for folder in FOLDERS for file in (CHECKOUT / folder).rglob("*") if file.is_file()}
    expected = {file.relative_to(CHECKOUT).as_posix() for file in files if file.parent.name != "__pycache__"}
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == expected
    assert {"bot/py.typed", "providers/py.typed"} <= packed


def test_of_the_lock_only_what_the_program_needs_is_installed() -> None:
    lock = (CHECKOUT / "requirements.lock").read_text("utf-8")
    names = {entry.split("==")[0] for entry in runtime_requirements(lock)}
    assert {"playwright", "greenlet", "redis", "typer"} <= names
    assert not names & {"pytest", "pytest-playwright", "mypy", "ruff", "hypothesis", "hatchling"}


def test_the_demonstration_runs_where_only_the_wheel_is_installed(
    wheel: Path, tmp_path: Path, chromium: Path, pytestconfig: pytest.Config
) -> None:
    environment, elsewhere = tmp_path / "environment", tmp_path / "elsewhere"
    elsewhere.mkdir()
    install(wheel, environment, pytestconfig.cache.mkdir("wheels"))
    verify(environment)
    demo = subprocess.run(
        [environment / "bin" / "pairguard", "demo", "--json"],
        cwd=elsewhere,
        env=_environment_of_a_new_user(tmp_path / "home", chromium),
        check=False,
        text=True,
        stdout=subprocess.PIPE,
    )
    assert demo.returncode == 0, demo.stdout
    result = json.loads(demo.stdout.splitlines()[-1])["demo"]
    assert result["truth"] == "match"
    assert len(result["pairs"]) == 8


def _environment_of_a_new_user(home: Path, chromium: Path) -> dict[str, str]:
    """Nothing but PATH and an empty home. The browser comes first on PATH: it may be a download in the real home."""
    home.mkdir()
    programs = home / "bin"
    programs.mkdir()
    (programs / "chromium-headless-shell").symlink_to(chromium)
    return {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(home)}
