"""What the demonstration says and returns when a story goes wrong; packaging/test_wheel.py plays all eight."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.application import app
from bot.cli.commands import demo as command
from bot.domain.pair import PairState
from bot.practice.demo.scenario import STORIES
from bot.practice.demo.story import Ending

GONE = replace(next(story for story in STORIES if story.pair == "8-gone"), after=None)


@pytest.fixture(autouse=True)
def the_users_own_redis_is_not_to_be_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIRGUARD_REDIS__URL", "redis://127.0.0.1:1")


def test_it_fails_when_a_pair_does_not_end_as_its_story_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(GONE, ending=Ending(PairState.RECONCILED, None, "pair_reconciled"))
    monkeypatch.setattr(command, "STORIES", (wrong,))
    result = CliRunner().invoke(app, ["demo", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "8-gone: is failed, should be reconciled" in result.stdout
    assert "8-gone: there was no pair_reconciled" in result.stdout
    assert str(next(tmp_path.iterdir()) / "data" / "evidence") in result.stdout
