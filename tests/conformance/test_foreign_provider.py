"""A provider of another package is found by its entry points and runs through the same suite."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from providers.kit.reading.locators import SELECTORS_FOLDER

_ROOT = Path(__file__).parents[2]
_CHOSEN = "shoreline and (BX-03 or BX-35 or (BX-52 and not old-shoreline))"
_PAGES = '''
"""Shoreline: a provider of another package, with the pages of a known site."""

from dataclasses import replace

from providers.harbour import HarbourBookmaker
from tests.conformance.bookmakers.harnesses import HARBOUR


class ShorelineBookmaker(HarbourBookmaker):
    """A Shoreline account."""


async def open_bookmaker(opening):
    bookmaker = ShorelineBookmaker(opening, await opening.context.new_page())
    await bookmaker.login()
    return bookmaker


HARNESS = replace(HARBOUR, provider="shoreline")
OLD_STAND = replace(HARBOUR, provider="old-shoreline")
'''
_METADATA = "Metadata-Version: 2.1\nName: shoreline-for-pairguard\nVersion: 1.0\n"
_ENTRY_POINTS = """
[pairguard.providers]
shoreline = shoreline_pages:open_bookmaker
old-shoreline = shoreline_pages:open_bookmaker

[pairguard.harnesses]
shoreline = shoreline_pages:HARNESS
old-shoreline = shoreline_pages:OLD_STAND
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package as pip installs it, with a provider and an old provider whose locators no longer fit the site."""
    (tmp_path / "shoreline_pages.py").write_text(_PAGES)
    locators = (SELECTORS_FOLDER / "harbour.toml").read_text()
    (tmp_path / "selectors").mkdir()
    for name, odds in (("shoreline", "slip-odds"), ("old-shoreline", "slip-odds-of-old")):
        renamed = locators.replace('"harbour"', f'"{name}"', 1).replace('"slip-odds"', f'"{odds}"')
        (tmp_path / "selectors" / f"{name}.toml").write_text(renamed)
    metadata = tmp_path / "shoreline_for_pairguard-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(_METADATA)
    (metadata / "entry_points.txt").write_text(_ENTRY_POINTS)
    return tmp_path


def test_providers_of_another_package_go_through_the_same_cases(package: Path) -> None:
    suite = "tests/conformance/bookmakers"
    command = [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", suite, "-k", _CHOSEN]
    environment = os.environ | {"PYTHONPATH": str(package)}

    run = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False)

    results = re.findall(r"^(PASSED|FAILED) \S+\[(BX-\d+)-([a-z-]*shoreline)-harbourline", run.stdout, re.MULTILINE)
    assert sorted((case, provider, result) for result, case, provider in results) == [
        ("BX-03", "old-shoreline", "PASSED"),
        ("BX-03", "shoreline", "PASSED"),
        ("BX-35", "old-shoreline", "FAILED"),
        ("BX-35", "shoreline", "PASSED"),
        ("BX-52", "shoreline", "PASSED"),
    ], run.stdout
    assert "LocatorMissing: old-shoreline/slip" in run.stdout
