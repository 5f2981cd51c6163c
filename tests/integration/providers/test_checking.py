"""A provider passes when its TOMLs are valid and its recorded pages read as recorded; anything else is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.errors import ConfigurationInvalid
from providers.registry import known_providers
from providers.upkeep.checking import check_provider
from tests.shire import edit, install_shire

KEPT = ("session/logged_in", "slip/armed", "slip/odds_renamed")


@pytest.fixture
def shire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A provider of another package, with some of Harbour's pages; returns the package's folder."""
    install_shire(tmp_path, monkeypatch, KEPT)
    return tmp_path


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
