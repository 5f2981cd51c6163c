"""What a user gets who installs the wheel: all files, typed packages, and a program that runs without the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.integration.packaging.wheel import CHECKOUT, build_wheel, install, runtime_requirements

pytestmark = pytest.mark.timeout(480)  # the demo gives up by itself after 240 s, so that nothing of it is left running

FOLDERS = ("bot", "providers", "selectors", "fixtures")
ENDS = {
    "1-profit": ("reconciled", None, 2.0),
    "2-refused": ("failed", "declined", 0.0),
    "3-emergency": ("EMERGENCY", "declined", -40.0),
    "4-cooldown": ("blocked", "cooldown", 0.0),
    "5-void": ("EXPOSURE_EVENT", "positive_void_hedge_active", -48.65),
    "6-quarters": ("EXPOSURE_EVENT", "partial_settlement_half_lost_half_won", 0.71),
    "7-both-lost": ("EXPOSURE_EVENT", "both_lost_unexpected", -102.02),
    "8-gone": ("failed", "minimum_odds", 0.0),
}
_REDIS_THAT_IS_NOT_TO_BE_TOUCHED = {"PAIRGUARD_REDIS__URL": "redis://127.0.0.1:1"}


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


def test_the_demonstration_runs_where_only_the_wheel_is_installed_and_its_eight_stories_end_as_described(
    wheel: Path, tmp_path: Path, chromium: Path
) -> None:
    environment, elsewhere = tmp_path / "environment", tmp_path / "elsewhere"
    elsewhere.mkdir()
    install(wheel, environment)
    demo = subprocess.run(
        [environment / "bin" / "pairguard", "demo", "--json"],
        cwd=elsewhere,
        env=_environment_of_a_new_user(tmp_path / "home", chromium) | _REDIS_THAT_IS_NOT_TO_BE_TOUCHED,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
    )
    assert demo.returncode == 0, demo.stdout
    report = json.loads(demo.stdout.splitlines()[-1])["demo"]
    assert report["truth"] == "match"  # with the bookmakers' own ledgers
    ends = {pair["pair"]: (pair["verdict"], pair["reason"], pair["actual_pnl"]) for pair in report["pairs"]}
    assert ends == ENDS
    bets = [ticket for pair in report["pairs"] for ticket in (pair["positive_ticket"], pair["hedge_ticket"])]
    assert sum(ticket is not None for ticket in bets) == 9


def _environment_of_a_new_user(home: Path, chromium: Path) -> dict[str, str]:
    """Nothing but PATH and an empty home. The browser comes first on PATH: it may be a download in the real home."""
    home.mkdir()
    programs = home / "bin"
    programs.mkdir()
    (programs / "chromium-headless-shell").symlink_to(chromium)
    return {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(home)}
