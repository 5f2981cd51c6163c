"""A provider is green when its TOMLs are valid and its recorded pages read as recorded; anything else is named."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.errors import ConfigurationInvalid
from providers.checking import check_provider
from providers.locators import SELECTORS_FOLDER
from providers.recordings import FIXTURES_FOLDER
from providers.registry import known_providers

METADATA = "Metadata-Version: 2.1\nName: shire-for-pairguard\nVersion: 1.0\n"
KEPT = ("session/logged_in", "slip/armed", "slip/odds_renamed")


@pytest.fixture
def shire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another package, as pip installs it, whose provider has some of Harbour's pages; returns its folder."""
    metadata = tmp_path / "shire_for_pairguard-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(METADATA)
    (metadata / "entry_points.txt").write_text("[pairguard.providers]\nshire = shire_pages:open_bookmaker\n")
    (tmp_path / "shire_pages.py").write_text("async def open_bookmaker(opening):\n    return opening\n")
    (tmp_path / "selectors").mkdir()
    _renamed(SELECTORS_FOLDER / "harbour.toml", tmp_path / "selectors/shire.toml")
    for case in KEPT:
        shutil.copytree(FIXTURES_FOLDER / "harbour" / case, tmp_path / "fixtures/shire" / case)
    for file in (tmp_path / "fixtures").rglob("meta.toml"):
        _renamed(file, file)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "shire_pages", raising=False)
    return tmp_path


def _renamed(source: Path, target: Path) -> None:
    target.write_text(source.read_text("utf-8").replace('provider = "harbour"', 'provider = "shire"'), "utf-8")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("provider", sorted(known_providers()))
async def test_every_provider_in_the_house_is_green(chrome: Browser, provider: str) -> None:
    assert await check_provider(provider, chrome) == ()


async def test_a_provider_of_another_package_is_checked_with_its_own_files(chrome: Browser, shire: Path) -> None:
    assert await check_provider("shire", chrome) == ()
    shutil.rmtree(shire / "fixtures")
    (finding,) = await check_provider("shire", chrome)
    assert (finding.where, finding.field) == ("shire", "recordings")


async def test_a_locator_that_no_longer_fits_is_found_in_the_recording_that_it_spoils(
    chrome: Browser, shire: Path
) -> None:
    edit(shire / "selectors/shire.toml", "odds = { at = '[data-test-id=\"slip-odds\"]'", "odds = { at = '.price-9'")
    (armed,) = await check_provider("shire", chrome)
    assert armed.where == "shire/slip/armed"
    assert (armed.field, armed.locator, armed.expected) == ("odds", ".price-9", "1.95")
    assert "nothing visible matches" in armed.got


async def test_a_reading_that_the_toml_no_longer_has_is_found(chrome: Browser, shire: Path) -> None:
    edit(shire / "selectors/shire.toml", "[pages.session.readings.account", "[pages.session.readings.customer")
    (finding,) = await check_provider("shire", chrome)
    assert finding.where == "shire/session/logged_in"
    assert "[pages.session.readings.account] is missing" in finding.got


async def test_a_toml_that_is_not_valid_is_refused_by_file_and_key(chrome: Browser, shire: Path) -> None:
    edit(shire / "selectors/shire.toml", "[pages.slip.readings.armed]\n", "[pages.slip.readings.armed]\nrigion = 1\n")
    with pytest.raises(ConfigurationInvalid, match=r"shire\.toml: pages\.slip\.readings\.armed\.rigion"):
        await check_provider("shire", chrome)


async def test_so_is_that_of_a_whitelabel_without_a_recording(chrome: Browser, shire: Path) -> None:
    (shire / "selectors/shire.northern.toml").write_text("[pages.slip.readings.armed]\nrigion = 1\n")
    with pytest.raises(ConfigurationInvalid, match=r"shire\.northern\.toml: pages\.slip\.readings\.armed\.rigion"):
        await check_provider("shire", chrome)


async def test_an_unknown_provider_is_refused(chrome: Browser) -> None:
    with pytest.raises(ConfigurationInvalid, match="'nowhere'; known are"):
        await check_provider("nowhere", chrome)
