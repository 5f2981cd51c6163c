"""Providers are found by name, here and in other packages; an unknown name is refused."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.async_api import BrowserContext
from pydantic import SecretStr

from bot.domain.odds import OddsStyle
from bot.domain.pair import Account
from bot.errors import ConfigurationInvalid
from bot.ports.bookmaker import Credentials, Whitelabel
from providers.registry import known_providers, open_bookmaker

MODULE = """
async def open_bookmaker(opening):
    return opening
"""
METADATA = "Metadata-Version: 2.1\nName: meadow-for-pairguard\nVersion: 1.0\n"
NO_CONTEXT = cast("BrowserContext", None)


@pytest.fixture
def meadow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another package, as pip installs it, that brings a provider with its locators; returns its TOML."""
    (tmp_path / "meadow_pages.py").write_text(MODULE)
    metadata = tmp_path / "meadow_for_pairguard-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(METADATA)
    (metadata / "entry_points.txt").write_text("[pairguard.providers]\nmeadow = meadow_pages:open_bookmaker\n")
    (tmp_path / "selectors").mkdir()
    file = tmp_path / "selectors" / "meadow.toml"
    file.write_text('provider = "meadow"\nnumbers = {}\npages = {}\n')
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "meadow_pages", raising=False)
    return file


async def opened(provider: str) -> Any:
    whitelabel = Whitelabel("brand", provider, "http://127.0.0.1:9", "en", OddsStyle.AMERICAN, "America/New_York")
    credentials = Credentials("ann", SecretStr("made-up-1"))
    return await open_bookmaker(Account("brand", provider, "ann"), whitelabel, credentials, "USD", NO_CONTEXT)


def test_the_providers_of_this_package_are_known_and_the_kit_is_none() -> None:
    assert known_providers() >= {"frontier", "harbour", "lotus"}
    assert not known_providers() & {"page", "reading", "registry", "bookmaker"}


async def test_another_package_brings_a_provider_with_its_own_locators(meadow: Path) -> None:
    assert "meadow" in known_providers()
    opening = await opened("meadow")
    assert opening.locators.provider == "meadow"
    assert (opening.currency, opening.site.dialect.odds_style) == ("USD", OddsStyle.AMERICAN)


@pytest.fixture
def faulty_meadow(meadow: Path) -> None:
    """Change the package so that its locators lack the number formats."""
    meadow.write_text('provider = "meadow"\npages = {}\n')


async def test_faulty_locators_of_another_package_are_named(faulty_meadow: None) -> None:
    with pytest.raises(ConfigurationInvalid, match=r"meadow\.toml: numbers"):
        await opened("meadow")


async def test_an_unknown_provider_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ConfigurationInvalid, match=r"'meadow'; known are frontier, harbour, lotus"):
        await opened("meadow")
