"""Which locators are in force, and when changed files replace them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain.odds import OddsStyle
from bot.errors import ConfigurationInvalid
from bot.ports.bookmaker import Whitelabel
from providers.kit.reading.locators import SELECTORS_FOLDER
from providers.registry import ProviderFolders
from providers.upkeep.locator_files import CheckedLocatorFiles

LOTUS = Whitelabel("lotusquay", "lotus", "http://lotus.example", "en", OddsStyle.MALAY, "UTC")
SEN = Whitelabel("senbien", "lotus", "http://sen.example", "vi", OddsStyle.HONG_KONG, "UTC")


class Folder:
    """A copy of a provider's files, and what their recorded pages say about them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: Sequence[str] = []
        for file in SELECTORS_FOLDER.glob("lotus*.toml"):
            (path / file.name).write_bytes(file.read_bytes())
        folders = ProviderFolders(path, path / "fixtures")
        self.files = CheckedLocatorFiles([LOTUS, SEN], {"lotus": folders}, self._check)

    async def _check(self, _provider: str) -> Sequence[str]:
        return self.problems

    def change(self, name: str = "lotus.toml", old: str = '"-vs-"', new: str = '"against"') -> None:
        file = self.path / name
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")

    async def changed(self) -> Sequence[str]:
        await self.files.changed()
        return await self.files.changed()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


async def test_nothing_has_changed_at_first(folder: Folder) -> None:
    assert await folder.changed() == []


async def test_a_change_is_reported_once_the_files_lie_still(folder: Folder) -> None:
    assert await folder.files.changed() == []
    folder.change()
    assert await folder.files.changed() == []
    assert await folder.files.changed() == ["lotus"]


async def test_an_overlay_is_a_change_of_its_provider(folder: Folder) -> None:
    (folder.path / "lotus.elsewhere.toml").write_text('versus = "x"\n', "utf-8")
    assert await folder.changed() == ["lotus"]


async def test_files_that_read_every_recorded_page_are_in_force_at_once(folder: Folder) -> None:
    before = folder.files.version("lotus")
    folder.change()
    assert await folder.files.take_up("lotus") == []
    assert folder.files.version("lotus") != before
    assert {folder.files.of(brand).versus for brand in (LOTUS, SEN)} == {"against"}
    assert await folder.changed() == []


async def test_files_that_misread_a_recorded_page_are_refused_and_not_tried_again(folder: Folder) -> None:
    before = folder.files.version("lotus")
    folder.problems = ["lotus/slip/armed: field 'odds': expected '0.95', got 'absent'"]
    folder.change()
    assert await folder.files.take_up("lotus") == folder.problems
    assert (folder.files.version("lotus"), folder.files.of(LOTUS).versus) == (before, "-vs-")
    assert await folder.changed() == []


async def test_after_a_refusal_the_next_change_gets_its_chance(folder: Folder) -> None:
    folder.problems = ["wrong"]
    folder.change()
    await folder.files.take_up("lotus")
    folder.problems = []
    folder.change(old='"against"', new='"versus"')
    assert await folder.changed() == ["lotus"]
    assert await folder.files.take_up("lotus") == []
    assert folder.files.of(SEN).versus == "versus"


async def test_after_a_refusal_new_recordings_are_another_chance(folder: Folder) -> None:
    folder.problems = ["wrong"]
    folder.change()
    await folder.files.take_up("lotus")
    assert await folder.changed() == []
    (folder.path / "fixtures" / "lotus").mkdir(parents=True)
    (folder.path / "fixtures" / "lotus" / "expected.json").write_text("{}")
    assert await folder.changed() == ["lotus"]


async def test_files_that_are_not_valid_are_refused_by_file_and_key(folder: Folder) -> None:
    folder.change(new="17")
    [problem] = await folder.files.take_up("lotus")
    assert "lotus.toml: versus:" in problem
    assert folder.files.of(LOTUS).versus == "-vs-"


async def test_an_overlay_that_is_not_valid_is_refused_too(folder: Folder) -> None:
    (folder.path / "lotus.senbien.toml").write_text("[pages.session\n", "utf-8")
    [problem] = await folder.files.take_up("lotus")
    assert "lotus.senbien.toml: is not TOML" in problem


async def test_a_file_that_is_gone_for_a_moment_stops_nothing(folder: Folder) -> None:
    base = folder.path / "lotus.toml"
    text = base.read_text("utf-8")
    base.unlink()
    assert await folder.changed() == ["lotus"]
    [problem] = await folder.files.take_up("lotus")
    assert "lotus.toml: cannot be read" in problem
    base.write_text(text, "utf-8")
    assert await folder.changed() == []
    assert folder.files.of(LOTUS).versus == "-vs-"


async def test_files_that_change_while_they_are_checked_are_looked_at_again(folder: Folder) -> None:
    folder.change()
    checking, changed = asyncio.Event(), asyncio.Event()

    async def slow(_provider: str) -> Sequence[str]:
        checking.set()
        await changed.wait()
        return []

    folder.files._check = slow
    taking = asyncio.create_task(folder.files.take_up("lotus"))
    await checking.wait()
    folder.change(old='"against"', new='"versus"')
    changed.set()
    [problem] = await taking
    assert "changed again" in problem
    assert folder.files.of(LOTUS).versus == "-vs-"
    assert await folder.changed() == ["lotus"]


def test_files_that_cannot_be_used_to_begin_with_are_no_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match=r"lotus\.toml: cannot be read"):
        CheckedLocatorFiles([LOTUS], {"lotus": ProviderFolders(tmp_path, tmp_path)}, lambda _: asyncio.sleep(0, []))
