"""Another package, as pip installs it: its provider *shire* bets at Harbour's sites with files of its own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from providers.kit.reading.locators import SELECTORS_FOLDER
from providers.registry import FIXTURES_FOLDER

_METADATA = "Metadata-Version: 2.1\nName: shire-for-pairguard\nVersion: 1.0\n"
_MODULE = """
from providers.harbour import HarbourBookmaker

async def open_bookmaker(opening):
    bookmaker = HarbourBookmaker(opening, await opening.context.new_page())
    await bookmaker.login()
    return bookmaker
"""


def install_shire(folder: Path, monkeypatch: pytest.MonkeyPatch, cases: Iterable[str] = ()) -> None:
    """Write the package into a folder and make it importable; ``cases`` names the recordings to copy from Harbour."""
    metadata = folder / "shire_for_pairguard-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(_METADATA)
    (metadata / "entry_points.txt").write_text("[pairguard.providers]\nshire = shire_pages:open_bookmaker\n")
    (folder / "shire_pages.py").write_text(_MODULE)
    (folder / "selectors").mkdir()
    _renamed(SELECTORS_FOLDER / "harbour.toml", folder / "selectors/shire.toml")
    for case in cases:
        shutil.copytree(FIXTURES_FOLDER / "harbour" / case, folder / "fixtures/shire" / case)
    for file in (folder / "fixtures").rglob("meta.toml"):
        _renamed(file, file)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "shire_pages", raising=False)


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that must occur in a file."""
    text = file.read_text("utf-8")
    assert old in text, f"{file} does not have {old!r}"
    file.write_text(text.replace(old, new), "utf-8")


def _renamed(source: Path, target: Path) -> None:
    target.write_text(source.read_text("utf-8").replace('provider = "harbour"', 'provider = "shire"'), "utf-8")
