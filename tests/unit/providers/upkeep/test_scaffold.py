"""A new provider starts with valid files that say what is missing, and that never overwrite others."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest

from bot.errors import ConfigurationInvalid
from providers.kit.reading.locators import load_locators
from providers.upkeep.scaffold import create_provider
from providers.upkeep.scaffold.steps import unfilled_locators, unrecorded_readings, unwritten_steps

ROOT = Path(__file__).parents[4]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    return tmp_path


@pytest.fixture
def two_hats(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new provider, importable as one of another package; returns the folder of its files."""
    create_provider("two_hats", checkout)
    package = checkout / "package"
    package.mkdir()
    (checkout / "providers/two_hats.py").rename(package / "two_hats_pages.py")
    (checkout / "selectors").rename(package / "selectors")
    metadata = package / "two_hats-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: two-hats\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[pairguard.providers]\ntwo_hats = two_hats_pages:open_bookmaker\n")
    monkeypatch.syspath_prepend(package)
    monkeypatch.delitem(sys.modules, "two_hats_pages", raising=False)
    return package


def test_the_files_are_as_the_house_wants_them(checkout: Path) -> None:
    files = {str(file.relative_to(checkout)) for file in create_provider("two_hats", checkout)}
    assert files == {
        "providers/two_hats.py",
        "selectors/two_hats.toml",
        "tests/unit/providers/test_two_hats.py",
        "fixtures/two_hats/README.md",
        "pyproject.toml",
    }
    (checkout / "providers/__init__.py").touch()
    ours = ["--config", f"src = ['{ROOT}']"]  # which imports belong to this project
    for order in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *order, *ours, "--no-cache", "."]
        done = subprocess.run(ruff, cwd=checkout, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    assert load_locators("two_hats", "", checkout / "selectors").provider == "two_hats"


def test_it_is_entered_into_the_contract_that_no_provider_knows_another(checkout: Path) -> None:
    create_provider("two_hats", checkout)
    create_provider("alley", checkout)
    (layer,) = [line for line in (checkout / "pyproject.toml").read_text().splitlines() if "(two_hats)" in line]
    names = layer.strip().strip('",').split(" | ")
    assert names == sorted(names)
    assert {"(alley)", "(harbour)", "(lotus)", "(two_hats)"} <= set(names)


@pytest.mark.parametrize("name", ["", "A", "Two", "2hats", "two-hats", "../x", "class", "x", "a" * 32])
def test_a_name_that_cannot_be_one_is_refused(checkout: Path, name: str) -> None:
    with pytest.raises(ConfigurationInvalid, match="NAME: "):
        create_provider(name, checkout)
    assert [file.name for file in checkout.iterdir()] == ["pyproject.toml"]


@pytest.mark.parametrize("taken", ["providers/page.py", "selectors/page.toml", "tests/unit/providers/test_page.py"])
def test_nothing_is_written_over_what_is_there(checkout: Path, taken: str) -> None:
    file = checkout / taken
    file.parent.mkdir(parents=True)
    file.write_text("mine")
    with pytest.raises(ConfigurationInvalid, match="already exists"):
        create_provider("page", checkout)
    assert [each for each in checkout.rglob("*") if each.is_file()] == [checkout / "pyproject.toml", file]
    assert file.read_text() == "mine"


def test_without_a_checkout_the_error_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match=r"entry point in the group pairguard\.providers"):
        create_provider("two_hats", tmp_path)


@pytest.mark.usefixtures("two_hats")
def test_what_is_missing_is_listed() -> None:
    assert "pages.slip.nodes.place" in unfilled_locators("two_hats")
    assert [step.split(":")[0] for step in unwritten_steps("two_hats")] == [
        "EventPage.pick",
        "BetSlip.clear",
        "BetSlip.enter_stake",
        "BetSlip.answer",
        "BetsPage.rows",
    ]
    assert {"session.account", "slip.armed", "slip.receipt", "bets.list"} <= set(unrecorded_readings("two_hats"))


def test_what_is_filled_in_is_no_longer_listed(two_hats: Path) -> None:
    toml, module = two_hats / "selectors/two_hats.toml", two_hats / "two_hats_pages.py"
    toml.write_text(toml.read_text().replace('"TODO"', '"#found"'))
    module.write_text(module.read_text().replace("raise not_written(", "raise NotImplementedError("))
    assert unfilled_locators("two_hats") == []
    assert unwritten_steps("two_hats") == []


async def test_a_step_that_is_not_written_says_where_it_is_and_how_it_goes(two_hats: Path) -> None:
    module = import_module("two_hats_pages")
    bets = module.BetsPage.__new__(module.BetsPage)
    with pytest.raises(
        ConfigurationInvalid, match=r"two_hats_pages\.py: BetsPage\.rows is not written yet.*read\('list'\)"
    ):
        await cast("Any", bets).rows(datetime.now(UTC), frozenset())
